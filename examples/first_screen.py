"""From a licence to a job in a terminal, each pathway with who says so. Python's standard library, nothing else.

    python3 examples/first_screen.py http://127.0.0.1:8080 "SVT" "journaliste environnemental"
"""

import json
import sys
import urllib.request

PATHWAYS = """query($from: [Ref!]!, $to: [Ref!]!) {
  pathways(from: $from, to: $to, distinct: MASTER, first: 5) {
    nodes { explanation steps { from { name } to { name } evidence { sources { id name url } } } }
    diagnosis { message }
  }
}"""


def ask(base, query, variables):
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(f"{base}/graphql", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request) as response:
        answer = json.load(response)
    # Every error has a code for programs, and a message in French that says what to do.
    for error in answer.get("errors", []):
        code, near = error["extensions"]["code"], error["extensions"].get("suggestions", [])
        print(f"{code}: {error['message']}", *(f"  {one['id']}: {one['name']}" for one in near), sep="\n")
    return answer.get("data")


base, licence, job = sys.argv[1].rstrip("/"), *sys.argv[2:4]
data = ask(base, PATHWAYS, {"from": licence, "to": job})
if not data:
    sys.exit(1)
for pathway in data["pathways"]["nodes"]:
    steps = pathway["steps"]
    print(" → ".join([steps[0]["from"]["name"], *(step["to"]["name"] for step in steps)]))
    print(f"  {pathway['explanation']}")
    sources = {source["id"]: source for step in steps for piece in step["evidence"] for source in piece["sources"]}
    for source in sources.values():
        print(f"  - {source['name']} {source['url'] or ''}")
if data["pathways"]["diagnosis"]:
    print(data["pathways"]["diagnosis"]["message"])
