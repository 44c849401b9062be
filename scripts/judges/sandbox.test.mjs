// Drives a scenario through the sandbox's control API, as a team that tests JavaScript would.
// Run by `node --test`; OCTOCOM_SANDBOX is the path of the program.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { after, before, beforeEach, test } from "node:test";

let program;
let sandbox;

before(async () => {
  const flags = ["--port", "0", "--conversations", "120", "--seed", "7", "--control", "--quiet"];
  program = spawn(process.env.OCTOCOM_SANDBOX, flags, { stdio: ["ignore", "pipe", "inherit"] });
  const facts = {};
  for await (const line of createInterface({ input: program.stdout })) {
    const [name, ...value] = line.split(": ");
    facts[name] = value.join(": ");
    if (name === "browser session") break;
  }
  sandbox = facts;
});

after(() => program.kill());

beforeEach(async () => {
  assert.equal((await control("POST", "reset")).status, 200);
});

async function request(method, path, body, headers = {}) {
  const answer = await fetch(sandbox.url + path, {
    method,
    headers: { "content-type": "application/json", ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

const api = (method, path, body) =>
  request(method, `/rest/v1${path}`, body, { "x-api-key": sandbox.key });
const control = (method, path, body) => request(method, `/__sandbox/${path}`, body);

test("one page of a list fails once", async () => {
  const plan = { operation: "list_conversations", query: { page: "2" }, fault: "status=500", times: 1 };
  assert.equal((await control("POST", "plans", plan)).status, 200);
  const statuses = [];
  for (const page of [1, 2, 2]) statuses.push((await api("GET", `/conversations?page=${page}`)).status);
  assert.deepEqual(statuses, [200, 500, 200]);
});

test("a cut transfer is an error of fetch, and half a JSON one of the parser", async () => {
  for (const fault of ["truncated", "half-json"]) {
    await control("POST", "plans", { operation: "list_users", fault, times: 1 });
  }
  const users = () => fetch(`${sandbox.url}/rest/v1/users`, { headers: { "x-api-key": sandbox.key } });
  await assert.rejects(async () => (await users()).text());
  await assert.rejects(async () => (await users()).json(), SyntaxError);
  assert.equal((await users()).status, 200);
});

test("two organizations do not see each other, and a revoked key is refused", async () => {
  const added = await control("POST", "organizations", { name: "second", conversations: 3 });
  const of = async (key) => {
    const answer = await request("GET", "/rest/v1/conversations", undefined, { "x-api-key": key });
    return answer.status === 200 ? answer.body.data.length : answer.status;
  };
  assert.equal(await of(added.body.key), 3);
  assert.equal(await of(sandbox.key), 50);
  await control("DELETE", `keys/${added.body.key}`);
  assert.equal(await of(added.body.key), 401);
});

test("a website may record a purchase, which is there to be looked at", async () => {
  const path = `/rest/v1/browser-sessions/${sandbox["browser session"]}/purchases`;
  const asked = await fetch(sandbox.url + path, {
    method: "OPTIONS",
    headers: { origin: "https://shop.example", "access-control-request-method": "POST" },
  });
  assert.equal(asked.headers.get("access-control-allow-origin"), "*");
  const purchase = { lineItems: [{ sku: "A" }], totalPrice: 9.5, currencyCode: "EUR" };
  const recorded = await request("POST", path, purchase, { origin: "https://shop.example" });
  assert.equal(recorded.status, 201);
  assert.ok(recorded.headers.get("x-request-id"));
  const { body } = await control("GET", "purchases");
  assert.deepEqual(body.data.map((it) => it.lineItems), [purchase.lineItems]);
});

test("what is refused names its field and changes nothing", async () => {
  const refused = await control("POST", "plans", { operation: "list_users", fault: "explode" });
  assert.deepEqual([refused.status, refused.body.field], [400, "fault"]);
  assert.deepEqual((await control("GET", "plans")).body, { data: [] });
});
