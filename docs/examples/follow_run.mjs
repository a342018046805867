// Follow a run's log lines, each exactly once and in order, whatever restarts in between. No packages needed.
//
//   node follow_run.mjs RUN_ID        (Node 22; Node 20 with --experimental-websocket)
//
// ATHANOR_URL is read from the environment. Node's own WebSocket cannot send a token: with ATHANOR_TOKEN set, use a
// client that sends an Authorization header.
if (typeof WebSocket === "undefined") {
  console.error("This Node has no WebSocket: use Node 22, or start it with --experimental-websocket.");
  process.exit(2);
}
const address = process.env.ATHANOR_URL ?? "http://127.0.0.1:4000";
const topic = `run:${process.argv[2]}:logs`;
const SILENCE_MS = 40_000; // the server sends a heartbeat every 15 s

let after = -1; // all there is to remember: a new socket goes on behind it
let heard = 0;
let lost = false;
let socket;

function connect() {
  heard = Date.now();
  lost = false;
  socket = new WebSocket(`${address.replace("http", "ws")}/api/stream`);
  socket.onopen = ({ target }) => target.send(JSON.stringify({ op: "subscribe", topic, after }));
  socket.onerror = socket.onclose = ({ target }) => {
    lost ||= target === socket;
  };
  socket.onmessage = ({ data, target }) => {
    if (target !== socket) return; // given up already
    heard = Date.now();
    const frame = JSON.parse(data);
    if (frame.type === "batch") {
      for (const line of frame.items) {
        after = line.offset;
        console.log(line.offset, line.timestamp, line.level.toUpperCase(), line.message, line.metadata ?? "");
      }
    } else if (frame.type === "end") {
      stop(0);
    } else if (frame.type === "error" || frame.type === "resync") {
      console.error(frame.message ?? frame.why);
      stop(1);
    }
  };
}

function stop(code) {
  clearInterval(watch);
  process.exitCode = code;
  socket.close();
}

connect();
// Node 20 tells not every broken connection by an event, and not every one by its state: look at both.
const watch = setInterval(() => {
  if (lost || socket.readyState > WebSocket.OPEN || Date.now() - heard > SILENCE_MS) connect();
}, 200);
