"""JSON for programs that know nothing of RDF: a graph as one nested tree with stable keys.

A frame (https://www.w3.org/TR/json-ld11-framing/) of `ontology/frames/` says for a class which
nodes stand inside, and under which keys; `context` has the keys of properties, `tree` builds a
document, `json_schema` describes it, `typescript` writes that down as types.
"""

from sixaika_graph.framing.context import Context, Term
from sixaika_graph.framing.frame import Branch, Frame, read_frames
from sixaika_graph.framing.rule import Rule, Rules

__all__ = ["Branch", "Context", "Frame", "Rule", "Rules", "Term", "read_frames"]
