"""The sync programs of examples/ beside a server: after each kind of change, and on another log, each copy equals the export.

    python3 tests/clients/sync.py PASSERELLE
"""
import gzip, json, os, re, subprocess, sys, tempfile, time, urllib.error, urllib.request

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
program = os.path.abspath(sys.argv[1])
CHANGES = [
    {"putNode": {"id": "job/essai-un", "name": "Essai un", "aliases": ["Premier essai"]}},
    {"putNode": {"id": "job/essai-deux", "name": "Essai deux"}},
    {"putEdge": {"relation": "LEADS_TO", "from": "master/droit-public", "to": "job/essai-un", "weight": 0.5, "sources": ["source/essai"]}},
    {"mergeNodes": {"from": "job/essai-un", "into": "job/essai-deux"}},
    {"deleteEdge": {"relation": "LEADS_TO", "from": "master/droit-public", "to": "job/essai-deux"}},
    {"deleteNode": {"id": "job/essai-deux"}},
]


def serve(data, address):
    server = subprocess.Popen([program, "serve", "--data", data, "--listen", address], stderr=subprocess.PIPE, text=True)
    return server, next(filter(None, (re.search(r"answers at http://(\S+)/$", line) for line in server.stderr))).group(1)


def lines(text):
    return sorted(line for line in (json.dumps(json.loads(line, parse_int=float), sort_keys=True) for line in text.splitlines()) if '"format"' not in line)


def equal(address, copies):
    end = time.time() + 60
    wanted, waiting = None, list(copies)
    while wanted is None:
        try:
            with urllib.request.urlopen(f"http://{address}/export.jsonl.gz") as export:
                wanted = lines(gzip.decompress(export.read()).decode())
        except urllib.error.HTTPError as error:
            assert error.code == 429 and time.time() < end, error  # one export at a time for an address
            time.sleep(0.5)
    while waiting and time.time() < end:
        time.sleep(0.5)
        try:
            waiting = [copy for copy in waiting if lines(open(copy, encoding="utf-8").read()) != wanted]
        except (FileNotFoundError, json.JSONDecodeError):
            pass  # it is being written
    assert not waiting, f"{waiting} differ from the export"


with tempfile.TemporaryDirectory() as work:
    first, second, started = os.path.join(work, "first"), os.path.join(work, "second"), []
    try:
        server, address = serve(first, "127.0.0.1:0")
        started.append(server)
        make = [program, "token", "create", "--role", "editor", "--name", "sync", "--data", first]
        token = subprocess.run(make, check=True, capture_output=True, text=True).stdout.strip()
        time.sleep(1.5)  # a running server looks for new tokens once a second
        copies = [os.path.join(work, "py.jsonl"), os.path.join(work, "mjs.jsonl")]
        for command, example, copy in zip(["python3", "node"], ["sync.py", "sync.mjs"], copies):
            command = [command, os.path.join(root, "examples", example), f"http://{address}", copy]
            started.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))

        def write(change):
            query = "mutation($c: [ChangeInput!]!) { applyChanges(input: {changes: $c}) { version } }"
            body = json.dumps({"query": query, "variables": {"c": [change]}}).encode()
            headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
            answer = json.load(urllib.request.urlopen(urllib.request.Request(f"http://{address}/graphql", body, headers)))
            assert "errors" not in answer, answer

        write({"putNode": {"id": "source/essai", "name": "Essai"}})
        write({"putNode": {"id": "master/droit-public", "name": "Droit public", "sources": ["source/essai"]}})
        equal(address, copies)
        for change in CHANGES:
            write(change)
            equal(address, copies)
        server.terminate()
        server.wait()
        server, address = serve(second, address)
        started.append(server)
        equal(address, copies)
        assert all(process.poll() is None for process in started[1:3]), "a sync program ended by itself"
    finally:
        for process in started:
            process.kill()
print(f"sync: two copies follow {len(CHANGES)} kinds of change and another log")
