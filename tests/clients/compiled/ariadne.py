"""ariadne-codegen: a typed Python client, made of schema.graphql and documents: ariadne.py [URL]"""

import asyncio
import json
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080/graphql"
here = Path(__file__).resolve().parent
DOCUMENTS = """
query Page($first: Int!, $after: String) {
  allJobs(first: $first, after: $after) { nodes { id name } pageInfo { endCursor hasNextPage } totalCount } }
query Wrong($ref: Ref!) { licence(ref: $ref) { id name } }
query Ways($from: [Ref!]!, $to: [Ref!]!) { pathways(from: $from, to: $to, first: 3) {
  nodes { score explanation steps { relation to { id name } evidence { kind strength sources { id name date } } } } } }
subscription Changes { graphChanged(since: 0) { version author at } }
"""
CONFIG = """
[tool.ariadne-codegen]
schema_path = "{schema}"
queries_path = "queries.graphql"
include_comments = "none"
[tool.ariadne-codegen.scalars.Ref]
type = "str"
[tool.ariadne-codegen.scalars.DateTime]
type = "str"
[tool.ariadne-codegen.scalars.PartialDate]
type = "str"
[tool.ariadne-codegen.scalars._Any]
type = "object"
"""


def raw(query, variables):
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    return json.load(urllib.request.urlopen(request))["data"]


async def check(client, errors):
    ids, after, more = set(), None, True
    while more:
        page = (await client.page(first=7, after=after)).all_jobs
        ids |= {node.id for node in page.nodes}
        more, after = page.page_info.has_next_page, page.page_info.end_cursor
    assert len(ids) == page.total_count
    try:
        await client.wrong(ref="rien de tel")
        raise AssertionError("no error")
    except errors.GraphQLClientGraphQLMultiError as error:
        assert error.errors[0].extensions["code"] == "UNKNOWN_REF", error
    async for event in client.changes():
        assert event.graph_changed.version == 1
        break
    ways = await client.ways(from_=["SVT"], to=["journaliste environnemental"])
    query = DOCUMENTS[DOCUMENTS.index("query Ways") : DOCUMENTS.index("subscription")]
    told = raw(query, {"from": ["SVT"], "to": ["journaliste environnemental"]})
    assert without_types(ways.model_dump(mode="json", by_alias=True)) == told
    print(f"ariadne-codegen: {len(ids)} records page by page, error, subscription, typed answer = answer")


def without_types(value):
    if isinstance(value, list):
        return [without_types(item) for item in value]
    if isinstance(value, dict):
        return {key: without_types(item) for key, item in value.items() if key != "__typename"}
    return value


with tempfile.TemporaryDirectory() as folder:
    Path(folder, "queries.graphql").write_text(DOCUMENTS)
    Path(folder, "pyproject.toml").write_text(CONFIG.format(schema=here.parents[2] / "schema.graphql"))
    made = subprocess.run([Path(sys.executable).parent / "ariadne-codegen"], cwd=folder, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, folder)
    from graphql_client import Client, exceptions

    asyncio.run(check(Client(url=url, ws_url="ws" + url.removeprefix("http")), exceptions))
