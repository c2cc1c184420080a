"""The same scene for Python's objgraph, which prints its seconds as JSON."""

import json
import sys
import time

import objgraph

OBJECTS = 800_000
DATABASES = 20
CHAIN = 15


class DB:
    def __init__(self, number):
        self.number = number


class Link:
    def __init__(self, next):
        self.next = next


class Record:
    def __init__(self, number):
        self.number = number


records = [Record(number) for number in range(OBJECTS)]
chain = [DB(number) for number in range(DATABASES)]
for _ in range(CHAIN - 2):
    chain = Link(chain)
registry = chain
del chain

seconds = {}


def timed(name, question):
    started = time.perf_counter()
    answer = question()
    seconds[name] = time.perf_counter() - started
    return answer


def ask():
    count = timed("count", lambda: objgraph.count("DB"))
    databases = timed("byType", lambda: objgraph.by_type("DB"))
    # The list of answers refers to them as well.
    ignored = [id(databases), id(sys._getframe())]
    found = timed(
        "chain",
        lambda: objgraph.find_backref_chain(
            databases[-1], objgraph.is_proper_module, max_depth=40, extra_ignore=ignored
        ),
    )
    timed("picture", lambda: objgraph.show_chain(found, filename=sys.argv[1]))
    return {"count": count, "chain": [type(item).__name__ for item in found]}


print(json.dumps({**ask(), "objects": len(records), "seconds": seconds}))
