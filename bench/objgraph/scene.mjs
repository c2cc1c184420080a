/**
 * The scene of objgraph's tutorial at its scale: 800,000 live objects, and twenty `DB` objects behind a chain of 15
 * references from a module. The same as `scene.py`.
 */
class DB {
  constructor(number) {
    this.number = number;
  }
}

class Link {
  constructor(next) {
    this.next = next;
  }
}

class Record {
  constructor(number) {
    this.number = number;
  }
}

const OBJECTS = 800_000;
const DATABASES = 20;
/** References from the module to a `DB`: the variable, the links, the array. */
const CHAIN = 15;

export const records = Array.from({ length: OBJECTS }, (_, number) => new Record(number));

let chain = Array.from({ length: DATABASES }, (_, number) => new DB(number));
for (let link = 0; link < CHAIN - 2; link++) chain = new Link(chain);

export const registry = chain;
