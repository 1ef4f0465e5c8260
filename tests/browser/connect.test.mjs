// An unmodified Connect client before okr-web, with code generated from the contract: JSON and
// binary, errors with their details, deadlines.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { World } from "./world.mjs";

let world, contract;

before(async () => {
  const root = process.env.OKR_CONTRACT;
  contract = { ...(await import(`${root}/server_pb.js`)), ...(await import(`${root}/board_pb.js`)),
    ...(await import(`${root}/quarter_pb.js`)), ...(await import(`${root}/envelope_pb.js`)),
    ...(await import(`${root}/member_pb.js`)), ...(await import(`${root}/watch_pb.js`)) };
  world = await World.start("2021-02-10T10:00:00+09:00");
  world.fill();
}, { timeout: 120000 });

after(() => world?.stop());

function client(service, handle, options = {}) {
  const bearer = (next) => (request) => {
    if (handle) request.header.set("Authorization", `Bearer ${world.token(handle)}`);
    return next(request);
  };
  return createClient(contract[service], createConnectTransport({ baseUrl: world.url, httpVersion: "1.1", interceptors: [bearer],
    ...options }));
}

for (const useBinaryFormat of [false, true]) {
  const form = useBinaryFormat ? "binary" : "JSON";

  test(`reads and changes, ${form}`, async () => {
    const board = await client("BoardService", "alice", { useBinaryFormat }).getBoard({ week: "2021-W06" });
    assert.equal(board.quarter.name, "2021Q1");
    assert.equal(board.objectives[0].krs[0].kr.text, "p95 of search");
    const made = await client("QuarterService", "ivan", { useBinaryFormat }).recordMeasurement(
      { krId: BigInt(world.kr), value: 700.5, note: "続き" });
    assert.equal(made.note, "続き");
  });

  test(`a refusal is a ConnectError with okr.v1.Status in it, ${form}`, async () => {
    const refused = await client("MemberService", "dave", { useBinaryFormat }).listMembers({}).catch((e) => e);
    assert.ok(refused instanceof ConnectError);
    assert.equal(refused.code, Code.PermissionDenied);
    const [status] = refused.findDetails(contract.StatusSchema);
    assert.equal(status.reason, contract.Reason.ROLE_REQUIRED);
    assert.deepEqual(status.args, ["ADMIN"]);
  });
}

test("the client's deadline is okrd's: a watch without news ends before it", async () => {
  const began = Date.now();
  const nothing = await client("WatchService", "alice").watch({}, { timeoutMs: 1500 });
  assert.equal(nothing.events.length, 0);
  assert.ok(nothing.upTo > 0n && Date.now() - began < 1500);
});

test("nobody is nobody", async () => {
  const refused = await client("BoardService", null).getBoard({}).catch((e) => e);
  assert.equal(refused.code, Code.Unauthenticated);
});
