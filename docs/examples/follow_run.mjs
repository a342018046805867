// Follow a run's log lines, each exactly once and in order, whatever restarts in between. No packages needed.
//
//   node follow_run.mjs RUN_ID        (Node 22; Node 20 with --experimental-websocket)
//
// ATHANOR_URL is read from the environment. Node's own WebSocket cannot send a token: with ATHANOR_TOKEN set, use a
// client that sends an Authorization header.
const address = process.env.ATHANOR_URL ?? "http://127.0.0.1:4000";
const topic = `run:${process.argv[2]}:logs`;
let after = -1; // all there is to remember: a new socket goes on behind it

function connect() {
  const socket = new WebSocket(`${address.replace("http", "ws")}/api/stream`);
  let over = false;
  socket.onopen = () => socket.send(JSON.stringify({ op: "subscribe", topic, after }));
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.type === "batch") {
      for (const line of frame.items) {
        after = line.offset;
        console.log(line.offset, line.timestamp, line.level.toUpperCase(), line.message, line.metadata ?? "");
      }
    } else if (frame.type === "end" || frame.type === "error" || frame.type === "resync") {
      over = true;
      if (frame.type !== "end") {
        console.error(frame.message ?? frame.why);
        process.exitCode = 1;
      }
      socket.close();
    }
  };
  socket.onclose = socket.onerror = () => {
    if (!over) setTimeout(connect, 200); // the server restarts: the next socket goes on behind `after`
    over = true; // an error may or may not be followed by a close
  };
}

connect();
