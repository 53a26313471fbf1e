"""A stand-in for the engine, for tests that change one thing about it."""

from sixaika_graph.engine import Answer, Engine, Load, QueryRequest


class StandIn:
    """An engine that passes everything on to another one, which it leaves to its owner."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def query(self, request: QueryRequest) -> Answer:
        return self.engine.query(request)

    def cancel(self, id: str) -> bool:
        return self.engine.cancel(id)

    def load(self) -> Load:
        return self.engine.load()

    def close(self) -> None:
        """Leave the other engine open."""
