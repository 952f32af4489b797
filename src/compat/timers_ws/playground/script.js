"use strict";

const element = (id) => document.getElementById(id);
let socket = null;
let newest = "";

const templates = {
  "timer.create": () => ({ type: "timer.create", payload: { allocatedDuration: 60 } }),
  "timer.pause": () => ({ type: "timer.pause", payload: { timerId: newest } }),
  "timer.resume": () => ({ type: "timer.resume", payload: { timerId: newest } }),
  "timer.stop": () => ({ type: "timer.stop", payload: { timerId: newest } }),
  "timer.sync": () => ({ type: "timer.sync", payload: {} }),
};

function fill() {
  element("message").value = JSON.stringify(templates[element("template").value](), null, 2);
}

function note(direction, text) {
  const line = document.createElement("li");
  line.textContent = `${new Date().toISOString().slice(11, 23)} ${direction} ${text}`;
  element("log").append(line);
  line.scrollIntoView({ block: "nearest" });
}

function show(state, open) {
  element("state").textContent = state;
  element("connect").disabled = open;
  element("disconnect").disabled = !open;
  element("send").disabled = !open;
}

element("connection").addEventListener("submit", (event) => {
  event.preventDefault();
  const url = new URL("/v1/ws/timers", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const zone = element("timezone").value.trim();
  if (zone) url.searchParams.set("timezone", zone);
  show("연결하는 중 · Connecting", true);
  element("send").disabled = true;
  try {
    socket = new WebSocket(url, [`authorization.bearer.${element("token").value.trim()}`]);
  } catch (error) {
    show(String(error), false);
    return;
  }
  socket.onopen = () => show("연결됨 · Connected", true);
  socket.onclose = (closed) => {
    show(`끊어짐 · Closed (${closed.code})`, false);
    note("×", String(closed.code));
  };
  socket.onmessage = (message) => {
    const text = String(message.data);
    note("←", text);
    const payload = JSON.parse(text).payload ?? {};
    newest = payload.timer?.id ?? payload.timers?.at(-1)?.id ?? newest;
  };
});

element("disconnect").addEventListener("click", () => socket?.close(1000));
element("template").addEventListener("change", fill);
element("clear").addEventListener("click", () => element("log").replaceChildren());
element("command").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = element("message").value;
  socket?.send(text);
  note("→", text);
});
fill();
