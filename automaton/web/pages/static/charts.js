// Draws a server's readings with uPlot: thresholds as labelled lines, a rule's `for` and incidents shaded,
// what was done marked. Nothing is told by colour alone: lines differ by dashes, and have words beside them.
"use strict";

(() => {
  const EVERY = 10000; // milliseconds between two looks
  const HEIGHT = 150;
  const plots = new Map();
  let content = null, colours = {};

  // A canvas does not know the page's variables: they are read from an element that has them.
  const resolve = (name) => {
    const probe = document.createElement("span");
    probe.style.color = `var(--${name})`;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };
  const readColours = () => { for (const name of ["accent", "lost", "soft", "line", "warning", "critical", "busy", "text", "raised"]) colours[name] = resolve(name); };
  const faded = (colour, alpha) => `rgba(${(colour.match(/[\d.]+/g) || [0, 0, 0]).slice(0, 3).join(",")},${alpha})`;

  const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];
  const size = (value) => {
    if (value == null) return "–";
    let power = 0;
    while (Math.abs(value) >= 1000 && power < UNITS.length - 1) { value /= 1024; power++; }
    return (value >= 100 || power === 0 ? value.toFixed(0) : value.toPrecision(3).replace(/\.?0+$/, "")) + " " + UNITS[power];
  };
  const SHOWN = {
    memory: size, disk: size, network: (value) => (value == null ? "–" : size(value) + "/s"),
    cpu: (value) => (value == null ? "–" : value.toFixed(0) + " %"), players: (value) => (value == null ? "–" : String(Math.round(value))),
  };
  const NAMES = { memory: "memory", cpu: "CPU", disk: "disk", players: "players", rx: "in", tx: "out" };
  const bytes = (chart) => chart === "memory" || chart === "disk" || chart === "network";

  // A line far above all that was measured would press the curve flat: then it is told in words alone.
  const linesOf = (chart, top) => content.lines.filter((one) => one.chart === chart && one.value <= 4 * top);
  const topOf = (chart, series) => {
    let top = 0;
    for (const name of series) for (const value of content.series[name]) if (value != null && value > top) top = value;
    const limit = content.limits[chart];
    if (limit && (chart === "memory" || top > limit / 5)) top = Math.max(top, limit);
    return top || 1;
  };

  const before = (chart) => (plot) => {
    const { ctx, bbox } = plot, left = bbox.left, right = left + bbox.width;
    const x = (at) => Math.max(left, Math.min(right, plot.valToPos(at, "x", true)));
    ctx.save();
    // Where nobody looked yet: that is not a server which stood still.
    const begin = x(content.since) - left;
    if (begin > 1) {
      ctx.fillStyle = faded(colours.soft, 0.1);
      ctx.fillRect(left, bbox.top, begin, bbox.height);
      ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
      ctx.fillStyle = colours.soft;
      ctx.textBaseline = "bottom";
      const words = "not recorded yet", room = begin - 12 * devicePixelRatio;
      if (ctx.measureText(words).width < room) ctx.fillText(words, left + 6 * devicePixelRatio, bbox.top + bbox.height - 5 * devicePixelRatio);
    }
    for (const one of content.stretches) {
      const here = one.charts.includes(chart), end = one.end ?? content.now;
      if (one.charts.length && !here) continue;
      const height = here ? bbox.height : 5 * devicePixelRatio;
      if (one.pending != null) { ctx.fillStyle = faded(colours.warning, 0.16); ctx.fillRect(x(one.pending), bbox.top, x(one.begin ?? content.now) - x(one.pending), height); }
      if (one.begin != null) { ctx.fillStyle = faded(colours.critical, here ? 0.14 : 0.5); ctx.fillRect(x(one.begin), bbox.top, Math.max(devicePixelRatio, x(end) - x(one.begin)), height); }
    }
    ctx.restore();
  };

  const after = (chart, series) => (plot) => {
    const { ctx, bbox } = plot, ratio = devicePixelRatio;
    ctx.save();
    ctx.beginPath(); ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height); ctx.clip();
    ctx.lineWidth = ratio;
    ctx.font = `${11 * ratio}px system-ui, sans-serif`;
    ctx.textAlign = "left";
    const limit = content.limits[chart], lines = [];
    if (limit && plot.scales.y.max >= limit) lines.push({ value: limit, label: "limit", colour: colours.soft, dash: [2, 3] });
    for (const one of linesOf(chart, topOf(chart, series))) lines.push({ value: one.value, label: one.ends ? one.rule + " ends" : one.rule, colour: colours.critical, dash: one.ends ? [2, 3] : [7, 4] });
    for (const one of lines) {
      one.y = Math.round(plot.valToPos(one.value, "y", true)) + 0.5;
      ctx.strokeStyle = one.colour;
      ctx.setLineDash(one.dash.map((length) => length * ratio));
      ctx.beginPath(); ctx.moveTo(bbox.left, one.y); ctx.lineTo(bbox.left + bbox.width, one.y); ctx.stroke();
    }
    ctx.setLineDash([]);
    writeLabels(ctx, bbox, lines, ratio);
    ctx.strokeStyle = ctx.fillStyle = colours.busy;
    for (const one of content.marks) {
      const x = Math.round(plot.valToPos(one.at, "x", true)) + 0.5, foot = bbox.top + bbox.height;
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.beginPath(); ctx.moveTo(x, foot); ctx.lineTo(x, foot - 14 * ratio); ctx.stroke();
      ctx.beginPath(); ctx.moveTo(x - 4 * ratio, foot); ctx.lineTo(x + 4 * ratio, foot); ctx.lineTo(x, foot - 7 * ratio); ctx.fill();
    }
    ctx.restore();
  };

  // One label for all lines that are too near each other for their own, each name once; above them, or below
  // where another stands there already.
  const writeLabels = (ctx, bbox, lines, ratio) => {
    const height = 14 * ratio, room = bbox.width - 12 * ratio, groups = [];
    for (const one of lines.sort((a, b) => a.y - b.y)) {
      const last = groups.at(-1);
      if (last && one.y - last.bottom < height) { last.bottom = one.y; last.names.set(one.label, one.colour); }
      else groups.push({ top: one.y, bottom: one.y, names: new Map([[one.label, one.colour]]) });
    }
    ctx.textBaseline = "middle";
    let free = bbox.top;
    for (const { top, bottom, names } of groups) {
      const all = [...names.keys()].map((one) => (one.length > 40 ? one.slice(0, 39) + "…" : one));
      let shown = all.length, text;
      do text = all.slice(0, shown).join(", ") + (shown < all.length ? ` and ${all.length - shown} more` : "");
      while (ctx.measureText(text).width > room && --shown > 0);
      const middle = top - height >= free ? top - height / 2 : bottom + height / 2 + ratio;
      ctx.fillStyle = faded(colours.raised, 0.85);
      ctx.fillRect(bbox.left + 2 * ratio, middle - height / 2 + ratio, Math.min(room, ctx.measureText(text).width) + 6 * ratio, height - 2 * ratio);
      ctx.fillStyle = [...names.values()].at(-1);
      ctx.fillText(text, bbox.left + 5 * ratio, middle, room);
      free = middle + height / 2;
    }
  };

  const near = (at) => {
    const said = content.marks.filter((one) => Math.abs(one.at - at) <= Math.max(15, content.step)).map((one) => one.label);
    for (const one of content.stretches) if (one.begin != null && one.begin <= at && at <= (one.end ?? content.now)) said.push(one.rule + " open");
    return said.length ? ", " + said.join(", ") : "";
  };

  const MINUTES = [1, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720]; // between two ticks, in the viewer's own time
  const hour = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
  const second = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

  const valuesOf = (figure, plot, at) => {
    const chart = figure.dataset.chart, series = figure.dataset.series.split(" ");
    return series.map((name, number) => (series.length > 1 ? NAMES[name] + " " : "") + SHOWN[chart](plot.data[number + 1][at])).join(", ");
  };
  const told = (figure, plot, at) => `${second.format(plot.data[0][at] * 1000)}: ${valuesOf(figure, plot, at)}${near(plot.data[0][at])}`;

  const make = (figure) => {
    const chart = figure.dataset.chart, series = figure.dataset.series.split(" "), holder = figure.querySelector(".plot");
    const caption = figure.querySelector("figcaption"), title = caption.textContent;
    const now = document.createElement("span");
    now.className = "now";
    caption.append(" ", now);
    holder.replaceChildren();
    const dashes = [undefined, [4, 3]], paints = [colours.accent, colours.lost];
    const plot = new uPlot({
      width: holder.clientWidth, height: HEIGHT, legend: { show: false },
      cursor: { sync: { key: "readings" }, y: false, points: { size: 6 } },
      scales: { y: { range: (plot, low, high) => { const top = topOf(chart, series), lines = linesOf(chart, top).map((one) => one.value); return [0, Math.max(top, ...lines) * 1.06]; } } },
      axes: [
        { stroke: colours.soft, grid: { stroke: faded(colours.line, 0.6), width: 1 }, ticks: { show: false }, size: 24, font: "11px system-ui, sans-serif", space: 64, incrs: MINUTES.map((one) => one * 60), values: (plot, splits) => splits.map((at) => hour.format(at * 1000)) },
        { stroke: colours.soft, grid: { stroke: faded(colours.line, 0.6), width: 1 }, ticks: { show: false }, size: 62, font: "11px system-ui, sans-serif",
          incrs: bytes(chart) ? Array.from({ length: 50 }, (_, power) => 2 ** power) : chart === "players" ? [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] : undefined,
          values: (plot, splits) => splits.map(SHOWN[chart]) },
      ],
      series: [{}, ...series.map((name, number) => ({ label: NAMES[name], stroke: paints[number], width: 1.6, dash: dashes[number], spanGaps: false, fill: number ? undefined : faded(paints[0], 0.08), points: { show: false } }))],
      hooks: {
        drawClear: [before(chart)], draw: [after(chart, series)],
        setCursor: [(plot) => { now.textContent = plot.cursor.idx == null ? latest(figure, plot) : told(figure, plot, plot.cursor.idx); }],
      },
    }, [[], ...series.map(() => [])], holder);
    new ResizeObserver(() => { if (holder.clientWidth) plot.setSize({ width: holder.clientWidth, height: HEIGHT }); }).observe(holder);
    holder.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
      if (step === undefined || !plot.data[0].length) return;
      event.preventDefault();
      const last = plot.data[0].length - 1;
      const at = Math.max(0, Math.min(last, (plot.cursor.idx ?? last + (step < 0 ? 1 : 0)) + step));
      plot.setCursor({ left: plot.valToPos(plot.data[0][at], "x"), top: 10 });
      document.getElementById("chart-said").textContent = `${title} ${told(figure, plot, at)}`;
    });
    return plot;
  };

  const latest = (figure, plot) => {
    for (let at = plot.data[0].length - 1; at >= 0; at--) if (plot.data[1][at] != null) return valuesOf(figure, plot, at);
    return "nothing seen yet";
  };

  const legend = (figure) => {
    const list = figure.querySelector(".legend");
    list.replaceChildren(...content.lines.filter((one) => one.chart === figure.dataset.chart).map((one) => {
      const item = document.createElement("li"), link = document.createElement("a");
      link.href = "/rules/" + encodeURIComponent(one.rule);
      link.textContent = one.label;
      item.append(link);
      return item;
    }));
    if (figure.dataset.chart === "network") {
      const item = document.createElement("li");
      item.textContent = "solid: in, dashed: out";
      list.prepend(item);
    }
  };

  // The same as a table, for whoever has no use for a picture; written while it is open.
  const ROWS = 12;
  const table = (figure, plot) => {
    const body = figure.querySelector("details[open] tbody");
    if (!body) return;
    const rows = [];
    for (let at = plot.data[0].length - 1; at >= 0 && rows.length < ROWS; at--) {
      if (plot.data.slice(1).every((one) => one[at] == null)) continue;
      const row = document.createElement("tr");
      for (const [place, text] of [second.format(plot.data[0][at] * 1000), ...plot.data.slice(1).map((one) => SHOWN[figure.dataset.chart](one[at]))].entries()) {
        const cell = row.insertCell();
        cell.textContent = text;
        if (place) cell.className = "figure";
      }
      rows.push(row);
    }
    body.replaceChildren(...rows);
  };

  const draw = () => {
    for (const figure of document.querySelectorAll("figure.chart")) {
      if (!plots.has(figure)) plots.set(figure, make(figure));
      const plot = plots.get(figure), series = figure.dataset.series.split(" ");
      plot.setData([content.times, ...series.map((name) => content.series[name])], false);
      plot.setScale("x", { min: content.begin, max: content.now });
      if (plot.cursor.idx == null) figure.querySelector(".now").textContent = latest(figure, plot);
      legend(figure);
      table(figure, plot);
    }
  };

  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(document.getElementById("charts").dataset.history, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      content = await answer.json();
      document.getElementById("charts-trouble").textContent = content.trouble || "";
      draw();
    } catch { /* the line at the top says that the page does not answer */ }
  };

  document.addEventListener("DOMContentLoaded", () => {
    if (!document.getElementById("charts") || !window.uPlot) return;
    readColours();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      readColours();
      for (const [figure, plot] of plots) { plot.destroy(); figure.querySelector(".now").remove(); }
      plots.clear();
      if (content) draw();
    });
    look();
    setInterval(look, EVERY);
    document.addEventListener("visibilitychange", look);
  });
})();
