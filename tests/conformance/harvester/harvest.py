"""Harvest a server as a portal with CKAN does, by CKAN's own code; print what came as JSON.

It runs in an environment of its own (requirements.txt), with CKAN's default configuration and no
database: what gathering stores in one, it prints. An address without `http` is a file.

    python harvest.py dcat|ckan ADDRESS CONFIGURATION [FILTER ...]
"""

import json
import sys
from typing import Any

import pylibmagic  # noqa: F401 # brings the library that python-magic looks for
from ckan.lib.munge import munge_title_to_name
from ckanext.dcat.harvesters.rdf import DCATRDFHarvester
from ckanext.dcat.processors import RDFParser
from ckanext.harvest.harvesters.ckanharvester import CKANHarvester


class _Dcat(DCATRDFHarvester):  # type: ignore[misc] # CKAN is not there when types are checked
    """The harvester of DCAT, whose complaints end it."""

    def _save_gather_error(self, message: str, _: object) -> None:
        sys.exit(message)

    def gather(self, address: str, configuration: str) -> list[dict[str, Any]]:
        """Do what `gather_stage` does: fetch, parse by the default profile, find the guid."""
        rdf_format = json.loads(self.validate_config(configuration) or "{}").get("rdf_format")
        content, rdf_format = self._get_content_and_type(address, None, 1, rdf_format)
        parser = RDFParser()
        parser.parse(content, _format=rdf_format)
        assert parser.next_page() is None
        found: list[dict[str, Any]] = list(parser.datasets())
        for one in found:
            one["guid"] = self._get_guid(one, source_url=address)
            one["name"] = munge_title_to_name(one["title"])
        return found


class _Ckan(CKANHarvester):  # type: ignore[misc] # as above
    """The harvester of CKAN's Action API."""

    def gather(self, address: str, configuration: str, *filters: str) -> list[dict[str, Any]]:
        """Do what `gather_stage` does: page through a search, to its end."""
        self._set_config(self.validate_config(configuration))
        found: list[dict[str, Any]] = self._search_for_datasets(address.rstrip("/"), list(filters))
        return found


if __name__ == "__main__":
    kind, *arguments = sys.argv[1:]
    json.dump((_Dcat() if kind == "dcat" else _Ckan()).gather(*arguments), sys.stdout)
