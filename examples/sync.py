"""A copy of the graph that stays current: the whole of it once, then what changed. Python's own library is enough.

    python3 examples/sync.py http://127.0.0.1:8080 [COPY.jsonl] [--once]
"""
import gzip, json, sys, time, urllib.request

base, *files = [argument for argument in sys.argv[1:] if argument != "--once"]
PAGE = """query($since: Int!) { changes(since: $since, first: 100) {
  nodes { version totalCount changes(first: 100) { kind key relation from to line } } } }"""


def ask(query, variables={}):
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(base.rstrip("/") + "/graphql", body, {"content-type": "application/json"})
    return json.load(urllib.request.urlopen(request))


def whole():
    store = ask("{ graph { store } }")["data"]["graph"]["store"]
    with urllib.request.urlopen(base.rstrip("/") + "/export.jsonl.gz") as export:
        lines = map(json.loads, gzip.open(export, "rt", encoding="utf-8"))
        copy = {line.get("node") or (line["edge"], line["from"], line["to"]): line for line in lines if "format" not in line}
        return store, copy, int(export.headers["x-graph-version"])


def follow(copy, changes):
    """Applies a change set; says whether that can be done line by line."""
    for change in changes["changes"]:
        key = change["key"] or (change["relation"].lower(), change["from"], change["to"])
        if change["kind"] == "MERGE_NODES":
            return False  # it moves relations that it does not list
        elif change["kind"] == "DELETE_NODE":
            copy[key]["retired"] = True
        elif change["kind"] == "DELETE_EDGE":
            del copy[key]
        else:
            copy[key] = json.loads(change["line"])
    return changes["totalCount"] <= 100


def changed(store, copy, version):
    """What became of a copy; `None` where it must be read anew: another log, one that no longer reaches back so far, or what cannot
    be followed line by line."""
    page = ask(PAGE, {"since": version})
    if "errors" in page or ask("{ graph { store } }")["data"]["graph"]["store"] != store:
        return None
    sets = page["data"]["changes"]["nodes"]
    return (store, copy, max([version, *(one["version"] for one in sets)])) if all(follow(copy, one) for one in sets) else None


state = None
while True:
    try:
        state = state and changed(*state) or whole()
        print(f"version {state[2]}: {len(state[1])} lines", flush=True)
        for file in files:
            with open(file, "w", encoding="utf-8") as out:
                out.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in state[1].values())
        if "--once" in sys.argv:
            break
    except OSError as error:  # it does not answer, or asks to come back later
        print(f"later: {error}", flush=True)
    time.sleep(5)
