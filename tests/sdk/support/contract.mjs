// Holds real answers against the description that the program itself serves at /openapi.json.
import assert from "node:assert/strict";
import Ajv from "ajv/dist/2020.js";

const root = "openapi.json";
const escaped = (key) => encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"));

export class Contract {
  #ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true });
  #seen = new Set();
  document;

  static async of(gateway) {
    const contract = new Contract();
    const response = await fetch(gateway.url("/openapi.json"));
    assert.equal(response.status, 200);
    contract.document = await response.json();
    // A description is no schema itself; what is compiled out of it is checked as one.
    contract.#ajv.addVocabulary(Object.keys(contract.document));
    contract.#ajv.addSchema(contract.document, root, false, false);
    return contract;
  }

  operations() {
    return Object.entries(this.document.paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`));
  }
  unseen() {
    return this.operations().filter((operation) => !this.#seen.has(operation));
  }

  #schemaAt(...keys) {
    return this.#ajv.compile({ $ref: `${root}#/${keys.map(escaped).join("/")}` });
  }

  // Every schema of the description, so that a wrong word in one that no test meets is found too.
  compileAll() {
    for (const name of Object.keys(this.document.components.schemas)) this.#schemaAt("components", "schemas", name);
    for (const [path, item] of Object.entries(this.document.paths)) {
      for (const [method, operation] of Object.entries(item)) {
        for (const type of Object.keys(operation.requestBody?.content ?? {})) this.#schemaAt("paths", path, method, "requestBody", "content", type, "schema");
        for (const [status, { content = {} }] of Object.entries(operation.responses)) {
          for (const type of Object.keys(content)) if (content[type].schema) this.#schemaAt("paths", path, method, "responses", status, "content", type, "schema");
        }
        (operation.parameters ?? []).forEach((parameter, i) => parameter.$ref || this.#schemaAt("paths", path, method, "parameters", String(i), "schema"));
      }
    }
  }

  // `path` is the one of the description. Gives the answer's JSON, or its text.
  async check(method, path, response) {
    const operation = this.document.paths[path]?.[method.toLowerCase()];
    assert.ok(operation, `not described: ${method} ${path}`);
    const where = `${method} ${path} ${response.status}`;
    if (response.ok) this.#seen.add(`${method} ${path}`);
    const known = String(response.status) in operation.responses;
    assert.ok(known || response.status >= 400, `${where}: not described`);
    const described = known ? operation.responses[response.status] : this.document.components.responses.Error;
    if (!described.content) return assert.equal(await response.text(), "", where);
    const type = response.headers.get("content-type").split(";")[0];
    assert.ok(type in described.content, `${where}: ${type} is not described`);
    if (type !== "application/json") return Buffer.from(await response.arrayBuffer());
    const answer = await response.json();
    const at = known ? ["paths", path, method.toLowerCase(), "responses", String(response.status)] : ["components", "responses", "Error"];
    const isRight = this.#schemaAt(...at, "content", type, "schema");
    assert.ok(isRight(answer), `${where}: ${this.#ajv.errorsText(isRight.errors)}\n${JSON.stringify(answer).slice(0, 2000)}`);
    return answer;
  }

  // Whether a request of ours is as the description says; what is refused may well be.
  checkBody(method, path, body) {
    const isRight = this.#schemaAt("paths", path, method.toLowerCase(), "requestBody", "content", "application/json", "schema");
    assert.ok(isRight(body), `${method} ${path}: ${this.#ajv.errorsText(isRight.errors)}`);
  }
}
