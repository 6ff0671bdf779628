// A canvas that sends its strokes to Python, and bars of the probabilities that come back.
const SIDE = 280; // of the canvas, in pixels
const WIDTH = 20; // of the pen, as in mnist_mlp.handwriting.draw_strokes
const PAUSE = 150; // milliseconds between strokes sent while the pen moves
const PAGE = `
  <div>
    <canvas class="digit-pad" width="${SIDE}" height="${SIDE}" role="img"
      aria-label="Canvas on which to draw a digit with a mouse, a pen or a finger"></canvas>
    <button class="digit-pad-clear" type="button" aria-label="Clear the canvas">Clear</button>
  </div>
  <div class="digit-pad-bars" role="group" aria-label="Probability of each digit">
    <p role="status"></p>
    <ul>${[...Array(10).keys()].map((digit) => `<li><span>${digit}</span> <i></i> <span></span></li>`).join("")}</ul>
  </div>`;

function render({ model, el }) {
  el.classList.add("digit");
  el.dataset.lmSuppressShortcuts = true; // of JupyterLab, so that Enter presses the button
  el.innerHTML = PAGE;
  const [canvas, clear, bars] = ["", "-clear", "-bars"].map((part) => el.querySelector(`.digit-pad${part}`));
  const pen = canvas.getContext("2d");
  Object.assign(pen, { lineWidth: WIDTH, lineCap: "round", lineJoin: "round" });
  let [strokes, pointer, sent] = [[], null, 0]; // a second finger draws nothing

  function draw() {
    pen.clearRect(0, 0, SIDE, SIDE);
    for (const stroke of strokes) {
      pen.beginPath();
      for (const point of [stroke[0], ...stroke]) pen.lineTo(...point); // twice the first: one point is a dot
      pen.stroke();
    }
  }
  function send() {
    sent = Date.now();
    model.set("strokes", structuredClone(strokes)); // the same list would not count as changed
    model.save_changes();
  }
  function addPoint({ offsetX, offsetY }) {
    strokes.at(-1).push([offsetX, offsetY].map((place) => Math.round((place * SIDE) / canvas.clientWidth)));
    draw();
    if (Date.now() - sent > PAUSE) send();
  }
  function showStrokes() {
    if (pointer !== null) return; // what comes back is older than what the pen has drawn
    strokes = structuredClone(model.get("strokes"));
    draw();
  }
  function showProbabilities() {
    const p = model.get("probabilities");
    const best = p.length ? p.indexOf(Math.max(...p)) : "";
    bars.dataset.prediction = best;
    bars.querySelector("p").textContent = p.length ? `This looks like ${best === 8 ? "an" : "a"} ${best}.` : "Draw a digit.";
    bars.querySelectorAll("li").forEach((row, digit) => {
      const [, bar, percent] = row.children;
      row.classList.toggle("digit-pad-best", digit === best);
      bar.style.width = `${100 * (p[digit] ?? 0)}%`;
      percent.textContent = p.length ? `${Math.round(100 * p[digit])} %` : "";
    });
  }

  canvas.onpointerdown = (event) => {
    if (pointer !== null || event.button !== 0) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    strokes.push([]);
    addPoint(event);
  };
  canvas.onpointermove = (event) => event.pointerId === pointer && addPoint(event);
  canvas.onpointerup = canvas.onpointercancel = (event) => {
    if (event.pointerId !== pointer) return;
    send();
    pointer = null;
  };
  clear.onclick = () => {
    strokes = [];
    send(); // which draws, since the model changes
  };
  model.on("change:strokes", showStrokes);
  model.on("change:probabilities", showProbabilities);
  showStrokes();
  showProbabilities();
}

export default { render };
