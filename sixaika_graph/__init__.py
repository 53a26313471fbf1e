"""The 6Aika knowledge graph: linked open data about Finland's Six City Strategy, and its server."""
