"""Python's gql over its three transports: quick.py [URL]"""

import asyncio
import json
import sys
import urllib.request

from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport

url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080/graphql"
PAGE = """query Page($first: Int!, $after: String) {
  allJobs(first: $first, after: $after) { nodes { id name } pageInfo { endCursor hasNextPage } totalCount } }"""
WAYS = """query Ways($from: [Ref!]!, $to: [Ref!]!) { pathways(from: $from, to: $to, first: 3) {
  nodes { score explanation steps { relation to { id } evidence { kind strength sources { id name date } } } } } }"""
ENDS = {"from": ["SVT"], "to": ["journaliste environnemental"]}


def raw(query, variables):
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    return json.load(urllib.request.urlopen(request))["data"]


async def check(name, transport):
    # Documents are validated here too, against the schema that introspection tells.
    async with Client(transport=transport, fetch_schema_from_transport=True) as session:

        async def ask(document, variables):
            request = gql(document)
            request.variable_values = variables
            return await session.execute(request)

        ids, after, more = set(), None, True
        while more:
            page = (await ask(PAGE, {"first": 7, "after": after}))["allJobs"]
            ids |= {node["id"] for node in page["nodes"]}
            more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
        assert len(ids) == page["totalCount"], name
        try:
            await ask("query($ref: Ref!) { licence(ref: $ref) { id } }", {"ref": "rien de tel"})
            raise AssertionError(f"{name}: no error")
        except TransportQueryError as error:
            assert error.errors[0]["extensions"]["code"] == "UNKNOWN_REF", error
        assert await ask(WAYS, ENDS) == raw(WAYS, ENDS), name
        told = "error, answer = raw"
        if isinstance(transport, WebsocketsTransport):
            async for event in session.subscribe(gql("subscription { graphChanged(since: 0) { version author } }")):
                assert event["graphChanged"]["version"] == 1
                break
            told += ", subscription"
    print(f"gql, {name}: {len(ids)} records page by page, {told}")


async def main():
    await check("aiohttp", AIOHTTPTransport(url=url))
    await check("httpx", HTTPXAsyncTransport(url=url))
    await check("websockets", WebsocketsTransport(url="ws" + url.removeprefix("http")))


asyncio.run(main())
