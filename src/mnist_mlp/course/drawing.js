const SIDE = 280; // of the canvas, in the units of the strokes
const WIDTH = 20; // of the pen, as in mnist_mlp.handwriting
const PAUSE = 150; // milliseconds between two answers while the pen moves

function element(parent, tag, attributes) {
  const child = document.createElement(tag);
  for (const name in attributes) child.setAttribute(name, attributes[name]);
  return parent.appendChild(child);
}

function render({ model, el }) {
  el.classList.add("digit");
  const left = element(el, "div", {});
  const canvas = element(left, "canvas", { class: "digit-pad", width: SIDE, height: SIDE, role: "img" });
  canvas.setAttribute("aria-label", "Canvas: draw a digit with the mouse, a pen or a finger");
  const clear = element(left, "button", { class: "digit-pad-clear", type: "button", "aria-label": "Clear the canvas" });
  clear.textContent = "Clear";
  const right = element(el, "div", { class: "digit-pad-bars", role: "group", "aria-label": "Probability of each digit" });
  const answer = element(right, "p", { role: "status" });
  const rows = [...Array(10).keys()].map((digit) => {
    const row = element(right, "div", { class: "digit-pad-row" });
    element(row, "span", {}).textContent = digit;
    const bar = element(row, "span", { class: "digit-pad-bar", "aria-hidden": true });
    return { row, bar, percent: element(row, "span", {}) };
  });
  const pen = canvas.getContext("2d");
  let strokes = [];
  let drawing = false;
  let sent = 0;

  function draw() {
    pen.clearRect(0, 0, SIDE, SIDE);
    Object.assign(pen, { lineWidth: WIDTH, lineCap: "round", lineJoin: "round" });
    for (const [first, ...others] of strokes) {
      pen.beginPath();
      pen.moveTo(...first);
      for (const point of [first, ...others]) pen.lineTo(...point); // a single point is a dot
      pen.stroke();
    }
  }

  function send() {
    sent = Date.now();
    model.set("strokes", structuredClone(strokes));
    model.save_changes();
  }

  function addPoint(event) {
    const scale = SIDE / canvas.clientWidth;
    strokes.at(-1).push([event.offsetX, event.offsetY].map((position) => Math.round(position * scale)));
    draw();
    if (Date.now() - sent > PAUSE) send();
  }

  function showStrokes() {
    if (drawing) return; // the pen is ahead of what comes back
    strokes = structuredClone(model.get("strokes"));
    draw();
  }

  function showProbabilities() {
    const p = model.get("probabilities");
    const best = p.length ? p.indexOf(Math.max(...p)) : "";
    right.dataset.prediction = best;
    answer.textContent = p.length ? `Looks like ${best}` : "Draw a digit";
    rows.forEach(({ row, bar, percent }, digit) => {
      row.classList.toggle("digit-pad-best", digit === best);
      bar.style.setProperty("--p", p[digit] ?? 0);
      percent.textContent = p.length ? `${Math.round(100 * p[digit])} %` : "";
    });
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    drawing = true;
    strokes.push([]);
    addPoint(event);
  });
  canvas.addEventListener("pointermove", (event) => drawing && addPoint(event));
  for (const end of ["pointerup", "pointercancel"])
    canvas.addEventListener(end, () => {
      if (drawing) send();
      drawing = false;
    });
  clear.addEventListener("click", () => {
    strokes = [];
    draw();
    send();
  });
  model.on("change:strokes", showStrokes);
  model.on("change:probabilities", showProbabilities);
  showStrokes();
  showProbabilities();
}

export default { render };
