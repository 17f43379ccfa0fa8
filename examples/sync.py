"""A copy of the graph that stays current: the whole of it once, then what changed. Python's own library is enough.

    python3 examples/sync.py http://127.0.0.1:8080 [--once]
"""
import gzip, json, sys, time, urllib.request

base, once = sys.argv[1].rstrip("/"), "--once" in sys.argv
PAGE = """query($since: Int!, $after: String) { graph { store } changes(since: $since, first: 100, after: $after) {
  pageInfo { hasNextPage endCursor } nodes { version changes(first: 100) { kind key relation from to line } totalCount } } }"""


def ask(query, variables={}):
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(base + "/graphql", body, {"content-type": "application/json"})
    answer = json.load(urllib.request.urlopen(request))
    if "errors" in answer:
        sys.exit(answer["errors"][0]["message"])
    return answer["data"]


def whole():
    with urllib.request.urlopen(base + "/export.jsonl.gz") as export:
        lines = map(json.loads, gzip.open(export, "rt", encoding="utf-8"))
        copy = {line.get("node") or (line["edge"], line["from"], line["to"]): line for line in lines if "format" not in line}
        return copy, int(export.headers["x-graph-version"])


store, (copy, version) = ask("{ graph { store } }")["graph"]["store"], whole()
while True:
    print(f"version {version}: {len(copy)} lines", flush=True)
    if once:
        break
    time.sleep(5)
    page = ask(PAGE, {"since": version})
    sets = page["changes"]["nodes"]
    # Another store, or a set too long to read by hand: begin anew.
    if page["graph"]["store"] != store or any(one["totalCount"] > 100 for one in sets):
        store, (copy, version) = page["graph"]["store"], whole()
        continue
    for one in sets:
        for change in one["changes"]:
            name = change["key"] or (change["relation"].lower(), change["from"], change["to"])
            if change["line"]:
                copy[name] = json.loads(change["line"])
            else:
                copy.pop(name, None)
        version = one["version"]
