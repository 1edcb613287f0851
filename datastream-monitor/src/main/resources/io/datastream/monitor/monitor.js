/* The page of the monitor. All that comes from pipelines is put in as text, never as markup. */
'use strict';
(() => {
  const $ = (id) => document.getElementById(id);
  const SVG = 'http://www.w3.org/2000/svg';
  const KEEP = 600;

  // ---- small helpers -------------------------------------------------------------------------------------------

  function el(tag, properties, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(properties || {})) {
      if (value === null || value === undefined) continue;
      if (name === 'class') node.className = value;
      else node.setAttribute(name, value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  }

  function svg(tag, attributes, ...children) {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  function setText(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }

  function setAttribute(node, name, value) {
    if (value === null || value === undefined) node.removeAttribute(name);
    else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
  }

  /** Brings the children of a list to these items, and leaves those alone that are there already. */
  function sync(parent, items, keyOf, make, update) {
    const known = new Map();
    for (const child of [...parent.children]) {
      if (child.dataset.key !== undefined) known.set(child.dataset.key, child);
      else child.remove();
    }
    let at = parent.firstElementChild;
    for (const item of items) {
      const key = keyOf(item);
      let node = known.get(key);
      if (node) known.delete(key);
      else {
        node = make(item);
        node.dataset.key = key;
      }
      update(node, item);
      if (node === at) at = at.nextElementSibling;
      else parent.insertBefore(node, at);
    }
    known.forEach((node) => node.remove());
  }

  // ---- numbers and times ---------------------------------------------------------------------------------------

  const whole = new Intl.NumberFormat(undefined, {maximumFractionDigits: 0});
  const short = new Intl.NumberFormat(undefined, {notation: 'compact', maximumFractionDigits: 1});
  const precise = new Intl.NumberFormat(undefined, {maximumSignificantDigits: 8});

  const count = (n) => (n === undefined || n === null ? '–' : whole.format(n));
  const compact = (n) => (Math.abs(n) < 10000 ? whole.format(n) : short.format(n));
  const rate = (n) => (n === undefined || n === null ? '–' : n > 0 && n < 10 ? n.toFixed(1) : compact(n));
  const megabytes = (n) => whole.format(n / 1048576);

  function span(seconds) {
    if (seconds === undefined || seconds === null) return '–';
    const s = Math.abs(seconds);
    const sign = seconds < -0.5 ? '−' : '';
    if (s < 1) return Math.round(s * 1000) + ' ms';
    if (s < 60) return sign + s.toFixed(1) + ' s';
    if (s < 3600) return sign + Math.floor(s / 60) + ' min ' + Math.floor(s % 60) + ' s';
    if (s < 172800) return sign + Math.floor(s / 3600) + ' h ' + Math.floor((s % 3600) / 60) + ' min';
    if (s < 86400 * 700) return sign + Math.floor(s / 86400) + ' d';
    return sign + (s / 31556952).toFixed(1) + ' y';
  }

  /** In the zone of the viewer; the exact instant is in the title. */
  function timeText(iso) {
    const date = new Date(iso);
    if (isNaN(date)) return iso;
    const today = new Date().toDateString() === date.toDateString();
    const clock = date.toLocaleTimeString(undefined, {hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23'});
    const fraction = date.getMilliseconds() ? '.' + String(date.getMilliseconds()).padStart(3, '0') : '';
    return (today ? '' : date.toLocaleDateString(undefined, {year: 'numeric', month: 'short', day: 'numeric'}) + ' ') + clock + fraction;
  }

  function timeNode(iso) {
    return el('time', {datetime: iso, title: iso}, timeText(iso));
  }

  const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/g;

  /** Text whose instants are shown in the zone of the viewer. */
  function withTimes(text) {
    const parts = [];
    let from = 0;
    for (const found of text.matchAll(INSTANT)) {
      parts.push(text.slice(from, found.index), timeNode(found[0]));
      from = found.index + found[0].length;
    }
    parts.push(text.slice(from));
    return parts;
  }

  /** Shows what would not be seen or would turn the text around: control characters and marks of direction. */
  function visible(text) {
    return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
        (c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));
  }

  /** Durations as they are written by runtimes, such as PT1M0.5S, for people. */
  function plain(text) {
    return visible(text).replace(/\bPT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?(?![\w-])/g,
        (all, h, m, s) => (h || m || s ? span((h || 0) * 3600 + (m || 0) * 60 + Number(s || 0)) : all));
  }

  // ---- state of the page ---------------------------------------------------------------------------------------

  let pipelines = [];
  let current = null;      // name
  let plan = null;
  let view = null;
  let source = null;       // EventSource
  let history = emptyHistory();

  function emptyHistory() {
    return {times: [], inRate: [], outRate: [], errorRate: [], lag: [], heap: []};
  }

  async function get(path) {
    const response = await fetch(path, {headers: {Accept: 'application/json'}, cache: 'no-store'});
    if (response.status === 401) {
      location.reload();
      throw new Error('the session is over');
    }
    if (!response.ok) throw new Error(response.status + ' ' + (await response.text()));
    return response.json();
  }

  function link(state, text) {
    setAttribute($('link'), 'data-state', state);
    setText($('link-text'), text);
  }

  // ---- following -----------------------------------------------------------------------------------------------

  async function follow(name) {
    current = name;
    stop();
    history = emptyHistory();
    showPipelines();
    try {
      const path = '/api/pipelines/' + encodeURIComponent(name);
      const [first, past] = await Promise.all([get(path), get(path + '/history')]);
      if (current !== name) return;
      plan = first.plan;
      history = past;
      show(first, true);
      open();
      chooseTaps();
      chooseSteps();
      showAlerts();
    } catch (e) {
      lost();
    }
  }

  function open() {
    stop();
    source = new EventSource('/api/pipelines/' + encodeURIComponent(current) + '/events');
    source.onmessage = (event) => {
      link('ok', 'live');
      show(JSON.parse(event.data), false);
    };
    source.onerror = lost;
  }

  function stop() {
    if (source) source.close();
    source = null;
  }

  let retry = 0;
  function lost() {
    stop();
    link('bad', 'no connection');
    clearTimeout(retry);
    retry = setTimeout(start, 3000);
  }

  async function start() {
    try {
      pipelines = await get('/api/pipelines');
      showPipelines();
      const wanted = decodeURIComponent(location.hash.slice(1));
      const found = pipelines.find((one) => one.name === wanted) || pipelines[0];
      if (found) {
        delete document.body.dataset.empty;
        follow(found.name);
      }
      else {
        document.body.dataset.empty = 'true';
        setText($('name'), 'No pipeline runs here');
        link('ok', 'live');
        clearTimeout(retry);
        retry = setTimeout(start, 3000);
      }
    } catch (e) {
      lost();
    }
  }

  async function refreshList() {
    if (document.hidden || !source) return;
    try {
      pipelines = await get('/api/pipelines');
      showPipelines();
    } catch (e) { /* the events tell that the connection is lost */ }
  }

  function levelOf(state) {
    return state === 'RUNNING' || state === 'COMPLETED' ? 'ok' : state === 'FAILED' || state === 'RESTARTING' ? 'bad' : 'wait';
  }

  function showPipelines() {
    sync($('pipelines'), pipelines, (one) => one.name,
        (one) => el('li', {}, el('a', {href: '#' + encodeURIComponent(one.name)}, one.name)),
        (node, one) => {
          const a = node.firstChild;
          setAttribute(a, 'aria-current', one.name === current ? 'page' : null);
          setAttribute(a, 'data-level', levelOf(one.state));
          setAttribute(a, 'title', one.state.toLowerCase());
        });
  }

  // ---- what is shown -------------------------------------------------------------------------------------------

  let lastAnnounced = '';

  function show(next, isFirst) {
    view = next;
    if (!isFirst) remember(next);
    setText($('name'), next.name);
    document.title = next.name + ' · datastream monitor';
    setText($('state'), next.state.toLowerCase());
    setAttribute($('state'), 'data-level', levelOf(next.state));
    setText($('since'), next.restarts ? 'restarted ' + (next.restarts === 1 ? 'once' : next.restarts + ' times') : '');
    showTiles(next);
    showFindings(next);
    showPicture(next);
    showOrigins(next);
    showStages(next);
    showErrors(next);
    showResources(next);
    if (isFirst || !document.hidden) drawCharts();
    setText($('foot'), 'Updated ' + new Date(next.time).toLocaleTimeString() + ' · times are in ' +
        Intl.DateTimeFormat().resolvedOptions().timeZone);
  }

  function remember(next) {
    const time = Date.parse(next.time);
    if (history.times.length && time <= history.times[history.times.length - 1]) return;
    history.times.push(time);
    history.inRate.push(next.totals.inRate);
    history.outRate.push(next.totals.outRate);
    history.errorRate.push(next.totals.errorRate);
    history.lag.push(next.totals.lag === undefined ? null : next.totals.lag);
    history.heap.push(next.resources.heapUsed);
    while (history.times.length > KEEP) Object.values(history).forEach((list) => list.shift());
  }

  function tiles(parent, items) {
    sync(parent, items, (item) => item.name,
        (item) => el('div', {}, el('dt', {}, item.name), el('dd', {}, el('span'), ' ', el('small')), el('dd', {class: 'sub'})),
        (node, item) => {
          setAttribute(node, 'data-level', item.level);
          setText(node.children[1].children[0], item.value);
          setText(node.children[1].children[1], item.unit || '');
          setText(node.children[2], item.sub || '');
        });
  }

  function showTiles(v) {
    const t = v.totals;
    const failed = t.skipped + t.deadLetters;
    tiles($('tiles'), [
      {name: 'Read', value: rate(t.inRate), unit: '/ s', sub: count(t.in) + ' in all'},
      {name: 'Results', value: rate(t.outRate), unit: '/ s', sub: count(t.out) + ' in all'},
      {name: 'Not read yet', value: t.lag === undefined ? '–' : compact(t.lag), sub: t.lag === undefined ? 'ends are not known' : 'records'},
      {name: 'Watermark behind', value: span(t.delaySeconds), sub: 'the oldest, to the clock'},
      {name: 'Failed', value: compact(failed), level: failed ? 'bad' : null, sub: count(t.deadLetters) + ' dead letters'},
      {name: 'Late', value: compact(t.late), level: t.late ? 'wait' : null, sub: 'came after their window'},
    ]);
  }

  function showFindings(v) {
    // a sentence stays where it is while only its numbers change
    sync($('findings'), v.findings, (f) => f.level + ' ' + f.text.replace(/[\d.:TZ-]+/g, '#'),
        (f) => el('li', {'data-level': f.level}, el('span', {class: 'words'})),
        (node, f) => {
          if (node.dataset.text === f.text) return;
          node.dataset.text = f.text;
          node.firstChild.replaceChildren(
              el('span', {class: 'unseen'}, {OK: 'fine: ', WAIT: 'note: ', PROBLEM: 'problem: '}[f.level]), ...withTimes(plain(f.text)));
        });
    const problems = v.findings.filter((f) => f.level === 'PROBLEM').length;
    const words = v.name + ': ' + v.state.toLowerCase() + ', ' +
        (problems ? problems + (problems === 1 ? ' problem' : ' problems') : v.totals.outRate > 0 ? 'results come out' : 'no results now');
    if (words !== lastAnnounced) {
      lastAnnounced = words;
      setText($('announce'), words);
    }
  }

  function table(node, columns, rows, keyOf, cells, empty, levelOfRow) {
    if (!node.tHead) {
      node.append(
          el('thead', {}, el('tr', {}, ...columns.map((c) => el('th', {scope: 'col', class: c.num ? 'num' : null}, c.name)))),
          el('tbody'));
    }
    const body = node.tBodies[0];
    if (!rows.length) {
      if (!body.querySelector('.empty')) {
        body.replaceChildren(el('tr', {}, el('td', {class: 'empty', colspan: columns.length}, empty)));
      }
      return;
    }
    sync(body, rows, keyOf,
        () => el('tr', {}, ...columns.map((c, i) => (i === 0
          ? el('th', {scope: 'row'}, el('span'))
          : el('td', {class: c.num ? 'num' : null, 'data-label': c.name}, el('span'))))),
        (tr, row) => {
          setAttribute(tr, 'data-level', levelOfRow ? levelOfRow(row) : null);
          cells(row).forEach((value, i) => {
            const into = tr.children[i].firstChild;
            const text = value && value.iso ? value.iso : value === undefined || value === null ? '–' : String(value);
            if (into.dataset.value === text) return;
            into.dataset.value = text;
            into.replaceChildren(value && value.iso ? timeNode(value.iso) : visible(text));
          });
        });
  }

  const MOST_ROWS = 200;

  function showOrigins(v) {
    setText($('origin-count'), v.origins.length ? String(v.origins.length) : '');
    const stalled = stalledOrigins(v);
    const sorted = v.origins.length > MOST_ROWS
      ? [...v.origins].sort((a, b) => stalled.has(b.name) - stalled.has(a.name) || (b.lag || 0) - (a.lag || 0)).slice(0, MOST_ROWS)
      : v.origins;
    $('origins-more').hidden = v.origins.length <= MOST_ROWS;
    setText($('origins-more'), 'The ' + MOST_ROWS + ' that matter most of ' + v.origins.length + '.');
    table($('t-origins'),
        [{name: 'Partition'}, {name: 'Position', num: true}, {name: 'End', num: true}, {name: 'Not read', num: true},
          {name: 'Watermark'}, {name: 'Behind', num: true}, {name: 'Evidence'}],
        sorted, (o) => o.stage + ' ' + o.name,
        (o) => [o.name, count(o.position), count(o.end), count(o.lag),
          o.watermark ? {iso: o.watermark} : '–', span(o.delaySeconds), plain(o.evidence)],
        'No source partition is read here.',
        (o) => (stalled.has(o.name) ? 'bad' : o.evidence === 'held back' ? 'wait' : null));
  }

  /** The partitions that the findings call a problem. */
  function stalledOrigins(v) {
    const problems = v.findings.filter((f) => f.level === 'PROBLEM').map((f) => f.text);
    return new Set(v.origins.map((o) => o.name)
        .filter((name) => problems.some((text) => text.includes(' ' + name + ' holds it back') || text.includes(' for ' + name + ': ') || text.startsWith(name + ': '))));
  }

  function stageName(stage) {
    const state = stage.steps.find((step) => step.role === 'state');
    return stage.source !== undefined ? stage.source : state ? state.name : 'stage ' + stage.id;
  }

  function showStages(v) {
    const names = new Map((plan ? plan.stages : []).map((stage) => [stage.id, 'stage ' + stage.id + ' · ' + stageName(stage)]));
    table($('t-stages'),
        [{name: 'Stage'}, {name: 'In / s', num: true}, {name: 'Results / s', num: true}, {name: 'Not read', num: true},
          {name: 'Watermark'}, {name: 'Behind', num: true}, {name: 'Oldest open window'}, {name: 'Waiting', num: true}, {name: 'Keys', num: true}],
        v.stages, (s) => String(s.id),
        (s) => [names.get(s.id) || 'stage ' + s.id, rate(s.inRate), rate(s.outRate), count(s.lag),
          s.watermark ? {iso: s.watermark} : '–', span(s.delaySeconds),
          s.oldestWindow ? {iso: s.oldestWindow} : '–', count(s.buffered), count(s.keys)],
        'The pipeline has no stages.', (s) => (s.held ? 'wait' : null));
  }

  function showErrors(v) {
    table($('t-steps'),
        [{name: 'Step'}, {name: 'Late', num: true}, {name: 'Skipped', num: true}, {name: 'Dead letters', num: true}, {name: 'Last failure'}],
        v.steps, (s) => s.name, (s) => [s.name, count(s.late), count(s.skipped), count(s.deadLetters), s.lastFailure],
        'Every record was used: none was late, none has failed.');
    const list = $('errors');
    if (!v.errors.length) {
      if (!list.querySelector('.none')) list.replaceChildren(el('li', {class: 'none'}, 'No error was seen.'));
      return;
    }
    sync(list, v.errors, (e) => e.time + ' ' + e.step + ' ' + e.text,
        (e) => el('li', {}, el('span', {class: 'quiet'}, timeNode(e.time), e.step ? ' · step ' + visible(e.step) : ' · pipeline'),
            el('code', {}, visible(e.text))),
        () => {});
  }

  let lastGc = null;

  function showResources(v) {
    const r = v.resources;
    let gc = null;
    if (lastGc && r.uptimeMillis > lastGc.uptimeMillis) {
      gc = 100 * (r.gcMillis - lastGc.gcMillis) / (r.uptimeMillis - lastGc.uptimeMillis);
    }
    if (!lastGc || r.uptimeMillis - lastGc.uptimeMillis > 10000) lastGc = r;
    tiles($('jvm'), [
      {name: 'Heap', value: megabytes(r.heapUsed), unit: 'MB', sub: r.heapMax > 0 ? 'of ' + megabytes(r.heapMax) + ' MB' : 'no limit'},
      {name: 'CPU', value: r.cpu === undefined ? '–' : (100 * r.cpu).toFixed(0), unit: '%', sub: 'of ' + r.processors + (r.processors === 1 ? ' processor' : ' processors')},
      {name: 'Garbage collection', value: gc === null ? '–' : gc.toFixed(1), unit: '%', sub: count(r.gcCount) + ' times, ' + span(r.gcMillis / 1000)},
      {name: 'Threads', value: count(r.threads), sub: ''},
      {name: 'Running for', value: span(r.uptimeMillis / 1000), sub: r.java.split(' ').pop()},
    ]);
  }

  // ---- the picture ---------------------------------------------------------------------------------------------

  const CARD = 236, PILL = 150, GAP = 74, ROW = 22, LOOKS = 7;
  let pictureKey = '';

  const canvas = document.createElement('canvas').getContext('2d');
  function fit(text, width, weight) {
    canvas.font = (weight || 400) + ' 13px ' + getComputedStyle(document.body).fontFamily;
    let shown = visible(text);
    if (canvas.measureText(shown).width <= width) return shown;
    while (shown.length > 1 && canvas.measureText(shown + '…').width > width) shown = shown.slice(0, -1);
    return shown + '…';
  }

  function label(x, y, text, width, className, weight) {
    const shown = fit(text, width, weight);
    const node = svg('text', {x, y, class: className || ''}, shown);
    if (shown !== text) node.append(svg('title', {}, visible(text)));
    return node;
  }

  /** Boxes and where they are. Wide: from left to right; narrow: one below the other. */
  function layout(width) {
    const stages = plan.stages.map((stage) => {
      const inner = stage.steps.filter((step) => step.role !== 'source' && step.role !== 'sink');
      const rows = inner.length > LOOKS ? LOOKS : Math.max(inner.length, 1);
      return {stage, inner, sinks: stage.steps.filter((step) => step.role === 'sink'), level: 0, w: CARD, h: 34 + rows * ROW + 10 + 3 * 19 + 8};
    });
    const byId = new Map(stages.map((box) => [box.stage.id, box]));
    for (const box of stages) for (const id of box.stage.targets) {
      byId.get(id).level = Math.max(byId.get(id).level, box.level + 1);
    }
    const levels = Math.max(...stages.map((box) => box.level)) + 1;
    const wide = PILL + levels * (CARD + GAP) + GAP + PILL + 4;
    const pills = [];
    let height = 0;
    if (width >= wide) {
      const extra = Math.min(60, (width - wide) / (levels + 1));
      const columns = Array.from({length: levels}, () => 2);
      for (const box of stages) {
        box.x = 2 + PILL + GAP + extra + box.level * (CARD + GAP + extra);
        box.y = columns[box.level];
        const tall = Math.max(box.h, box.sinks.length * 44);
        columns[box.level] += tall + 28;
        if (box.stage.source !== undefined) pills.push({box, kind: 'src', name: box.stage.source, x: 2, y: box.y + box.h / 2 - 18, w: PILL, h: 36});
      }
      let sinkY = 2;
      const sinkX = 2 + PILL + GAP + extra + levels * (CARD + GAP + extra);
      for (const box of stages) {
        sinkY = Math.max(sinkY, box.y + Math.max(0, (box.h - box.sinks.length * 44) / 2));
        for (const sink of box.sinks) {
          pills.push({box, kind: 'snk', name: sink.name, x: sinkX, y: sinkY, w: PILL, h: 36});
          sinkY += 44;
        }
      }
      height = Math.max(sinkY - 8, ...columns.map((y) => y - 28)) + 2;
      return {stages, pills, byId, width: sinkX + PILL + 2, height, isWide: true};
    }
    const w = Math.min(width - 4, 420);
    let y = 2;
    for (const box of stages) {
      if (box.stage.source !== undefined) {
        pills.push({box, kind: 'src', name: box.stage.source, x: 2, y, w: Math.min(w, 260), h: 36});
        y += 36 + 30;
      } else if (height > 0) y += 22;
      box.x = 2;
      box.y = y;
      box.w = w;
      y += box.h + 26;
      for (const sink of box.sinks) {
        pills.push({box, kind: 'snk', name: sink.name, x: 34, y, w: Math.min(w - 32, 260), h: 36});
        y += 44;
      }
      y += 12;
      height = y;
    }
    return {stages, pills, byId, width: w + 4, height: y, isWide: false};
  }

  function pathWide(x1, y1, x2, y2) {
    const bend = Math.max(24, (x2 - x1) / 2);
    return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2 - 7} ${y2}`;
  }

  let drawn = null;

  function build(width) {
    const at = layout(width);
    const root = $('picture');
    root.setAttribute('viewBox', `0 0 ${at.width} ${at.height}`);
    root.style.maxWidth = at.width + 'px';
    root.replaceChildren(svg('defs', {}, svg('marker', {id: 'tip', viewBox: '0 0 8 8', refX: 1, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto', markerUnits: 'userSpaceOnUse'},
        svg('path', {d: 'M0 0L8 4L0 8z', class: 'arrow'}))));
    const edges = [], parts = new Map();
    const edge = (d, from, kind) => {
      const node = svg('path', {d, class: 'edge', 'marker-end': 'url(#tip)'});
      root.append(node);
      edges.push({node, from, kind});
    };
    for (const pill of at.pills) {
      const box = pill.box;
      if (pill.kind === 'src') {
        if (at.isWide) edge(pathWide(pill.x + pill.w, pill.y + 18, box.x, box.y + box.h / 2), box.stage.id, 'in');
        else edge(`M18 ${pill.y + 36}V${box.y - 7}`, box.stage.id, 'in');
      } else if (at.isWide) edge(pathWide(box.x + box.w, box.y + box.h / 2, pill.x, pill.y + 18), box.stage.id, 'out');
      else edge(`M18 ${box.y + box.h}V${pill.y + 18}H${pill.x - 7}`, box.stage.id, 'out');
    }
    for (const box of at.stages) for (const id of box.stage.targets) {
      const target = at.byId.get(id);
      const how = target.stage.fused ? 'directly' : target.stage.via !== undefined ? 'via ' + target.stage.via : 'exchange';
      if (at.isWide) {
        const y1 = box.y + box.h / 2, y2 = target.y + target.h / 2;
        edge(pathWide(box.x + box.w, y1, target.x, y2), id, 'in');
        const text = label((box.x + box.w + target.x) / 2, (y1 + y2) / 2 - 7, how, GAP - 10, 'dim');
        text.setAttribute('text-anchor', 'middle');
        root.append(text);
      } else {
        const below = box.y + box.h;
        edge(box.sinks.length || at.stages.indexOf(target) !== at.stages.indexOf(box) + 1
          ? `M10 ${below}V${target.y - 7}` : `M18 ${below}V${target.y - 7}`, id, 'in');
        root.append(label(28, target.y - 9, how, 200, 'dim'));
      }
    }
    for (const pill of at.pills) {
      root.append(svg('rect', {x: pill.x, y: pill.y, width: pill.w, height: pill.h, rx: 18, class: pill.kind}),
          label(pill.x + 14, pill.y + 23, pill.name, pill.w - 26, 'head', 650));
    }
    for (const box of at.stages) {
      const {x, y, w, h, stage, inner} = box;
      const frame = svg('rect', {x, y, width: w, height: h, rx: 10, class: 'box'});
      root.append(frame, label(x + 12, y + 22,
          stage.source !== undefined ? 'stage ' + stage.id : 'stage ' + stage.id + (stage.key === 'keyBy' || stage.key === 'keyedBy' ? ' · keyed' : ' · by ' + stage.key), w - 24, 'head', 650));
      const shown = inner.length > LOOKS ? inner.slice(0, LOOKS - 1) : inner;
      let rowY = y + 34;
      const row = (text, className, isState) => {
        if (isState) root.append(svg('rect', {x: x + 8, y: rowY + 1, width: w - 16, height: ROW - 3, rx: 5, class: 'stateful'}));
        root.append(label(x + 14, rowY + 15, text, w - 28, className));
        rowY += ROW;
      };
      shown.forEach((step) => row(step.name, '', step.role === 'state'));
      if (!inner.length) row('no steps', 'dim');
      if (inner.length > LOOKS) row('and ' + (inner.length - shown.length) + ' more', 'dim');
      root.append(svg('path', {d: `M${x + 1} ${rowY + 6}H${x + w - 1}`, class: 'edge'}));
      const facts = [0, 1, 2].map((i) => {
        const left = svg('text', {x: x + 12, y: rowY + 24 + i * 19, class: 'dim'});
        const right = svg('text', {x: x + w - 12, y: rowY + 24 + i * 19, class: 'dim', 'text-anchor': 'end'});
        root.append(left, right);
        return [left, right];
      });
      parts.set(stage.id, {frame, facts});
    }
    drawn = {edges, parts};
  }

  function showPicture(v) {
    if (!plan) return;
    const width = Math.floor($('picture').parentElement.clientWidth - 26);
    const key = v.name + ' ' + width + ' ' + plan.stages.length;
    if (key !== pictureKey) {
      pictureKey = key;
      build(width);
      setText($('plan-text'), plan.text);
    }
    const stalled = stalledOrigins(v);
    const steps = new Map(v.steps.map((s) => [s.name, s]));
    for (const stage of v.stages) {
      const part = drawn.parts.get(stage.id);
      if (!part) continue;
      const own = plan.stages[stage.id];
      const failed = own.steps.reduce((sum, step) => {
        const found = steps.get(step.name);
        return sum + (found ? found.skipped + found.deadLetters : 0);
      }, 0);
      const late = own.steps.reduce((sum, step) => sum + (steps.get(step.name) ? steps.get(step.name).late : 0), 0);
      const isStalled = v.origins.some((o) => o.stage === stage.id && stalled.has(o.name));
      setAttribute(part.frame, 'class', 'box' + (isStalled ? ' stalled' : stage.held ? ' held' : ''));
      const facts = [
        [rate(stage.inRate) + ' /s in', rate(stage.outRate) + ' /s results'],
        [stage.held ? 'held back' : isStalled ? 'stalled' : stage.lag === undefined ? '' : count(stage.lag) + ' not read',
          stage.watermark ? span(stage.delaySeconds) + ' behind' : ''],
        [failed ? compact(failed) + ' failed' : late ? compact(late) + ' late' : '',
          stage.keys === undefined ? '' : compact(stage.keys) + (stage.keys === 1 ? ' key' : ' keys') +
            (stage.buffered ? ', ' + compact(stage.buffered) + ' wait' : '')],
      ];
      facts.forEach(([left, right], i) => {
        setText(part.facts[i][0], left);
        setText(part.facts[i][1], right);
      });
      setAttribute(part.facts[1][0], 'class', isStalled ? 'bad' : stage.held ? 'warn' : 'dim');
      setAttribute(part.facts[2][0], 'class', failed ? 'bad' : late ? 'warn' : 'dim');
    }
    const rates = new Map(v.stages.map((s) => [s.id, s]));
    for (const edge of drawn.edges) {
      const stage = rates.get(edge.from);
      const flows = stage && (edge.kind === 'in' ? stage.inRate > 0 : stage.outRate > 0);
      setAttribute(edge.node, 'class', 'edge' + (flows ? ' flows' : ''));
    }
    setText($('picture-text'), 'Picture of the pipeline ' + v.name + ': ' + plan.stages.map((s) => 'stage ' + s.id + ', ' + stageName(s) +
        (s.targets.length ? ', feeds stage ' + s.targets.join(' and ') : '')).join('; ') + '. The tables below have the same facts.');
  }

  // ---- charts --------------------------------------------------------------------------------------------------

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const charts = new Map();

  function tick(seconds, step) {
    const date = new Date(seconds * 1000);
    return step >= 86400 ? date.toLocaleDateString(undefined, {month: 'short', day: 'numeric', year: step > 8e6 ? 'numeric' : undefined})
      : date.toLocaleTimeString(undefined, {hour: '2-digit', minute: '2-digit', second: step < 60 ? '2-digit' : undefined, hourCycle: 'h23'});
  }

  function axes() {
    const common = {stroke: css('--dim'), grid: {stroke: css('--line'), width: 1}, ticks: {stroke: css('--line'), width: 1},
      font: '12px ' + getComputedStyle(document.body).fontFamily};
    return [{...common, space: 80, values: (u, ticks, axis, space, step) => ticks.map((t) => tick(t, step))}, {...common, size: 58, values: (u, ticks) => ticks.map((n) => (Math.abs(n) >= 10000 ? short.format(n) : precise.format(n)))}];
  }

  function line(name, color, extra) {
    return {label: name, stroke: css(color), width: 1.8, points: {show: false},
      value: (u, n) => (n === null || n === undefined ? '–' : precise.format(n)), ...extra};
  }

  const clockText = (u, n) => (n === null || n === undefined ? '–' : timeText(new Date(n * 1000).toISOString()));

  function chart(id, data, makeSeries, empty, options) {
    const into = $(id);
    const width = into.clientWidth;
    const hasData = data[0].length > 1 && data.slice(1).some((list) => list.some((n) => n !== null));
    const old = charts.get(id);
    if (!hasData || !width) {
      if (old) old.destroy();
      charts.delete(id);
      if (width) into.replaceChildren(el('div', {class: 'none'}, empty));
      return;
    }
    if (old && old.series.length === data.length) {
      if (old.width !== width) old.setSize({width, height: heightOf(into)});
      old.setData(data);
      return;
    }
    if (old) old.destroy();
    into.replaceChildren();
    charts.set(id, new uPlot({
      width, height: heightOf(into), axes: axes(), cursor: {drag: {x: true, y: false}, points: {size: 7}},
      scales: {y: {range: (u, min, max) => (min === max ? [Math.min(0, min), Math.max(1, max * 1.2)] : [min >= 0 && min < max / 2 ? 0 : min - (max - min) * 0.08, max + (max - min) * 0.08])}},
      series: [{label: 'Time', value: clockText}, ...makeSeries()], ...options,
    }, data, into));
  }

  const heightOf = (node) => (node.classList.contains('tall') ? 270 : 160);

  function drawCharts() {
    const times = history.times.map((t) => t / 1000);
    chart('c-flow', [times, history.inRate, history.outRate],
        () => [line('read', '--accent', {fill: css('--accent-soft')}), line('results', '--second')], 'The first seconds are being measured.');
    chart('c-lag', [times, history.lag], () => [line('records', '--accent', {fill: css('--accent-soft')})],
        'The source does not tell where it ends.');
    const heap = history.heap.map((n) => n / 1048576);
    chart('c-heap', [times, heap], () => [line('MB', '--second', {fill: css('--second-soft')})], 'The first seconds are being measured.');
    historyTable('t-flow', [{name: 'Time'}, {name: 'Read', num: true}, {name: 'Results', num: true}],
        (i) => [rate(history.inRate[i]), rate(history.outRate[i])]);
    historyTable('t-lag', [{name: 'Time'}, {name: 'Records', num: true}], (i) => [count(history.lag[i])]);
    historyTable('t-heap', [{name: 'Time'}, {name: 'MB', num: true}], (i) => [megabytes(history.heap[i])]);
  }

  /** Every thirtieth second, newest first. Built while it is open only. */
  function historyTable(id, columns, cells) {
    const node = $(id);
    if (!node.closest('details').open) return;
    const rows = [];
    for (let i = history.times.length - 1; i >= 0; i--) {
      if (i === history.times.length - 1 || Math.floor(history.times[i] / 1000) % 30 === 0) rows.push(i);
    }
    table(node, columns, rows, (i) => String(history.times[i]),
        (i) => [{iso: new Date(history.times[i]).toISOString()}, ...cells(i)], 'Nothing was measured yet.');
  }

  function redraw() {
    charts.forEach((one) => one.destroy());
    charts.clear();
    pictureKey = '';
    if (view) {
      showPicture(view);
      drawCharts();
      drawSeries();
    }
  }

  // ---- series --------------------------------------------------------------------------------------------------

  let taps = [];
  let curve = null;

  async function chooseTaps() {
    try {
      taps = await get('/api/series');
    } catch (e) {
      return; // the events tell that the connection is lost
    }
    $('s-series').hidden = !taps.length;
    sync($('tap'), taps, (t) => String(t.id), (t) => el('option', {value: t.id}, visible(t.name)), () => {});
    if (taps.length) await findKeys();
  }

  const tap = () => taps.find((t) => String(t.id) === $('tap').value) || taps[0];

  async function findKeys() {
    const chosen = $('key').value;
    const wanted = $('search').value;
    let found;
    try {
      found = await get('/api/series/' + tap().id + '/keys?find=' + encodeURIComponent(wanted));
    } catch (e) {
      return;
    }
    if (wanted !== $('search').value) return; // an answer to an earlier question
    sync($('key'), found.keys, (k) => 'k' + k, (k) => {
      const option = el('option', {}, visible(k));
      option.value = k;
      return option;
    }, () => {});
    if (found.keys.includes(chosen)) $('key').value = chosen;
    const t = tap();
    setText($('keys-note'), whole.format(found.total) + (found.total === 1 ? ' series' : ' series') +
        (wanted ? ' with this text' : '') + (found.total > found.keys.length ? ', the first ' + found.keys.length + ' are listed' : '') +
        (t.notKept ? '; ' + whole.format(t.notKept) + ' records of further keys were not kept' : '') +
        (t.failures ? '; ' + whole.format(t.failures) + ' values could not be read, such as: ' + visible(t.lastFailure || '') : ''));
    await fetchCurve();
  }

  async function fetchCurve() {
    if (!taps.length || document.hidden) return;
    const key = $('key').value;
    if (!$('key').options.length) {
      curve = null;
      drawSeries();
      return;
    }
    try {
      const most = Math.max(100, Math.min(2000, $('c-series').clientWidth * 2));
      const next = await get('/api/series/' + tap().id + '/points?key=' + encodeURIComponent(key) + '&span=' + $('span').value + '&most=' + most);
      if (key !== $('key').value) return;
      curve = next;
      drawSeries();
    } catch (e) { /* gone meanwhile; the next look tells */ }
  }

  /** Edges of windows where there is room for them, and marks. */
  function decorate(u) {
    if (!curve) return;
    const {left, top, width, height} = u.bbox;
    const context = u.ctx;
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    if (curve.starts && curve.times.length <= 120) {
      context.strokeStyle = css('--line');
      context.fillStyle = css('--accent-soft');
      curve.times.forEach((end, i) => {
        const x = u.valToPos(end / 1000, 'x', true);
        context.beginPath();
        context.moveTo(x, top);
        context.lineTo(x, top + height);
        context.stroke();
        if (i === curve.times.length - 1) {
          const from = u.valToPos(curve.starts[i] / 1000, 'x', true);
          context.globalAlpha = 0.45;
          context.fillRect(from, top, x - from, height);
          context.globalAlpha = 1;
        }
      });
    }
    context.fillStyle = css('--bad');
    for (const mark of curve.marks) {
      const x = u.valToPos(mark.time / 1000, 'x', true);
      const y = mark.value === undefined ? top + height - 6 : u.valToPos(mark.value, 'y', true);
      context.beginPath();
      context.moveTo(x, y - 7 * devicePixelRatio);
      context.lineTo(x + 6 * devicePixelRatio, y + 4 * devicePixelRatio);
      context.lineTo(x - 6 * devicePixelRatio, y + 4 * devicePixelRatio);
      context.closePath();
      context.fill();
    }
    context.restore();
  }

  function drawSeries() {
    if ($('s-series').hidden) return;
    const data = curve ? [curve.times.map((t) => t / 1000), curve.values] : [[], []];
    const sparse = curve && curve.times.length <= 200;
    chart('c-series', data, () => [line('value', '--accent', {spanGaps: false, points: {show: (u) => u.data[0].length <= 200, size: 5}})],
        taps.length && !$('key').options.length ? 'No value has come yet.' : 'One value is not a line yet.', {hooks: {drawAxes: [decorate]}});
    if (!curve) {
      setText($('series-note'), '');
      return;
    }
    const last = curve.times.length - 1;
    setText($('series-note'), count(curve.kept) + ' values kept' + (curve.kept > curve.times.length ? ', drawn by their extremes' : '') +
        (sparse && curve.starts ? '; lines are the edges of windows, the last one is shaded' : '') +
        (curve.marks.length ? '; ' + curve.marks.length + (curve.marks.length === 1 ? ' mark' : ' marks') +
            ' (▲), the last: ' + visible(curve.marks[curve.marks.length - 1].text) : ''));
    setAttribute($('c-series'), 'aria-label', 'Values of ' + visible($('key').value) + (last >= 0 && curve.values[last] !== null
      ? ', the last is ' + precise.format(curve.values[last]) + ' at ' + timeText(new Date(curve.times[last]).toISOString()) : ''));
    if (!$('t-series').closest('details').open) return;
    const marks = new Map(curve.marks.map((m) => [m.time, m.text]));
    const rows = [];
    for (let i = last; i >= 0 && rows.length < 50; i--) if (curve.values[i] !== null) rows.push(i);
    table($('t-series'), [{name: 'Time'}, {name: 'Value', num: true}, {name: 'Mark'}], rows, (i) => curve.times[i] + ' ' + i,
        (i) => [{iso: new Date(curve.times[i]).toISOString()}, precise.format(curve.values[i]), marks.get(curve.times[i]) || ''], 'No value has come yet.');
  }

  let searching = 0;
  $('search').addEventListener('input', () => {
    clearTimeout(searching);
    searching = setTimeout(findKeys, 200);
  });
  $('tap').addEventListener('change', () => {
    $('key').replaceChildren();
    findKeys();
  });
  $('key').addEventListener('change', fetchCurve);
  $('span').addEventListener('change', fetchCurve);

  // ---- windows explained ---------------------------------------------------------------------------------------

  let explained = [];

  const explainPath = () => '/api/pipelines/' + encodeURIComponent(current) + '/explain';

  async function chooseSteps() {
    const asked = current;
    try {
      const found = await get(explainPath());
      if (current !== asked) return;
      explained = found.steps;
    } catch (e) {
      return; // the events tell that the connection is lost
    }
    $('s-explain').hidden = !explained.length;
    sync($('ex-step'), explained, (step) => 's' + step, (step) => {
      const option = el('option', {}, visible(step));
      option.value = step;
      return option;
    }, () => {});
    if (explained.length) await findWindows();
  }

  /** The question that an answer belongs to; an answer to an earlier one is not shown. */
  const question = () => current + '\n' + $('ex-step').value + '\n' + $('ex-key').value;

  async function findWindows() {
    if (!explained.length || document.hidden) return;
    const select = $('ex-window');
    if (document.activeElement === select) return; // it is being chosen from
    const asked = question();
    const key = $('ex-key').value;
    let found = {windows: []};
    if (key) {
      try {
        found = await get(explainPath() + '?step=' + encodeURIComponent($('ex-step').value) + '&key=' + encodeURIComponent(key));
      } catch (e) {
        return;
      }
    }
    if (asked !== question()) return;
    const chosen = select.value;
    const windows = found.windows;
    if (chosen && select.dataset.asked === asked && !windows.some((w) => w.start + '/' + w.end === chosen)) {
      windows.push({start: chosen.split('/')[0], end: chosen.split('/')[1]}); // what is looked at stays
    }
    sync(select, windows, (w) => w.start + '/' + w.end, (w) => el('option', {value: w.start + '/' + w.end}),
        (option, w) => setText(option, timeText(w.start) + ' – ' + timeText(w.end) +
            (w.records === undefined ? '' : ', ' + count(w.records) + (w.records === 1 ? ' record' : ' records')) +
            (w.late ? ', ' + count(w.late) + ' late' : '') + (w.failed ? ', ' + count(w.failed) + ' failed' : '')));
    if (select.dataset.asked === asked && windows.some((w) => w.start + '/' + w.end === chosen)) select.value = chosen;
    else if (windows.length) select.value = windows[0].start + '/' + windows[0].end;
    select.dataset.asked = asked;
    setText($('ex-note'), !key ? 'Enter a key to see which records its results were made from.'
      : windows.length ? (windows.length === 1 ? 'One closed window' : 'The latest ' + windows.length + ' closed windows') + ' of this key.'
        : 'No closed window of this key is remembered here.');
    await explainWindow();
  }

  async function explainWindow() {
    const asked = question();
    const chosen = $('ex-window').value;
    if (!chosen) {
      $('ex-text').hidden = true;
      return;
    }
    const [start, end] = chosen.split('/');
    try {
      const found = await get(explainPath() + '?step=' + encodeURIComponent($('ex-step').value) + '&key=' + encodeURIComponent($('ex-key').value) +
          '&start=' + encodeURIComponent(start) + '&end=' + encodeURIComponent(end));
      if (asked !== question() || chosen !== $('ex-window').value) return;
      const node = $('ex-text');
      node.hidden = false;
      if (node.dataset.text === found.text) return;
      node.dataset.text = found.text;
      node.replaceChildren(...withTimes(visible(found.text)));
    } catch (e) {
      $('ex-text').hidden = true; // the pipeline is gone meanwhile; the next look tells
    }
  }

  let asking = 0;
  $('ex-key').addEventListener('input', () => {
    clearTimeout(asking);
    asking = setTimeout(findWindows, 200);
  });
  $('ex-step').addEventListener('change', findWindows);
  $('ex-window').addEventListener('change', explainWindow);

  // ---- alerts --------------------------------------------------------------------------------------------------

  let knownActive = null;

  async function showAlerts() {
    let found;
    try {
      found = await get('/api/alerts');
    } catch (e) {
      return;
    }
    $('s-alerts').hidden = !found.watched;
    if (!found.watched) return;
    setText($('alert-count'), found.activeTotal ? whole.format(found.activeTotal) + ' active' : '');
    const level = (a) => (a.state === 'CLEARED' ? null : a.severity === 'INFO' ? null : a.severity === 'WARNING' ? 'wait' : 'bad');
    const columns = [{name: 'Rule'}, {name: 'Series'}, {name: 'State'}, {name: 'Since'}, {name: 'Value', num: true}, {name: 'What it means'}];
    const cells = (a) => [a.rule, a.series === undefined ? 'the pipeline' : a.series, a.severity.toLowerCase() + ', ' + a.state.toLowerCase(), {iso: a.since},
      a.value === undefined ? '–' : precise.format(a.value) + (a.limit === undefined ? '' : ' / ' + precise.format(a.limit)),
      [a.what, a.why, a.whereToLook].filter((text) => text).join(' ')];
    table($('t-active'), columns, found.active, (a) => a.episode, cells, 'No alert is active.', level);
    table($('t-past'), columns, found.history, (a) => a.episode + '-' + a.number, cells, 'No alert was raised yet.', level);
    setText($('alerts-note'), (found.activeTotal > found.active.length ? 'The ' + found.active.length + ' most severe of ' + whole.format(found.activeTotal) + '. ' : '') +
        found.channels.map((c) => visible(c.channel) + ': ' + count(c.delivered) + ' delivered' + (c.waiting ? ', ' + count(c.waiting) + ' wait' : '') +
        (c.lost ? ', ' + count(c.lost) + ' lost' : '') + (c.lastError === undefined ? '' : ' (' + visible(c.lastError) + ')')).join(' · '));
    if (knownActive !== null && found.activeTotal !== knownActive) {
      setText($('announce'), found.activeTotal + (found.activeTotal === 1 ? ' alert is active' : ' alerts are active'));
    }
    knownActive = found.activeTotal;
  }

  // ---- start ---------------------------------------------------------------------------------------------------

  addEventListener('hashchange', () => {
    const wanted = decodeURIComponent(location.hash.slice(1));
    if (wanted !== current && pipelines.some((one) => one.name === wanted)) follow(wanted);
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      stop();
      link('wait', 'paused');
    } else if (!source) start();
  });
  let resizing = 0;
  new ResizeObserver(() => {
    cancelAnimationFrame(resizing);
    resizing = requestAnimationFrame(() => {
      if (view) {
        showPicture(view);
        drawCharts();
        drawSeries();
      }
    });
  }).observe($('main'));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  document.querySelectorAll('details').forEach((one) => one.addEventListener('toggle', () => {
    if (view) drawCharts();
    drawSeries();
  }));
  setInterval(refreshList, 5000);
  setInterval(() => {
    if (!document.hidden && source) {
      if (taps.length) fetchCurve();
      showAlerts();
    }
  }, 1000);
  setInterval(() => {
    if (!document.hidden && source) {
      chooseTaps();
      chooseSteps();
    }
  }, 5000);
  start();
})();
