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
    const times = new Map();
    for (const item of items) {
      let key = keyOf(item);
      const before = times.get(key) || 0;
      times.set(key, before + 1);
      if (before) key += '\n' + before; // of items that are alike each has its own place
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
  const digits = new Intl.NumberFormat(undefined, {maximumSignificantDigits: 8});
  const isExtreme = (n) => n !== 0 && (Math.abs(n) >= 1e15 || Math.abs(n) < 1e-6);
  const precise = (n) => (isExtreme(n) ? Number(n.toPrecision(8)).toExponential() : digits.format(n));

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
  let isPaused = false;    // by the viewer
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
    if (state === 'bad') {
      lastAnnounced = ''; // so that it is told when the page follows again
      setText($('announce'), text);
    }
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
    if (document.hidden) return; // until it is looked at
    if (isPaused) {
      link('wait', 'paused');
      return;
    }
    source = new EventSource('/api/pipelines/' + encodeURIComponent(current) + '/events');
    source.onmessage = (event) => {
      link('ok', 'live');
      show(JSON.parse(event.data), false);
    };
    source.onerror = () => (source && source.readyState === EventSource.CLOSED ? refused() : lost());
  }

  function stop() {
    if (source) source.close();
    source = null;
  }

  /** The pipeline that the address names, if any. */
  function chosen() {
    try {
      return decodeURIComponent(location.hash.slice(1));
    } catch (e) {
      return ''; // a broken escape
    }
  }

  let retry = 0;
  function lost() {
    stop();
    link('bad', 'no connection');
    again();
  }

  /** The server answers, and lets nobody else follow: the page asks it now and then. */
  function refused() {
    stop();
    link('wait', 'every 3 s: too many pages follow');
    again();
  }

  function again() {
    clearTimeout(retry);
    retry = setTimeout(start, 3000);
  }

  async function start() {
    if (document.hidden || isPaused) return;
    try {
      pipelines = await get('/api/pipelines');
      showPipelines();
      const wanted = chosen();
      const found = pipelines.find((one) => one.name === wanted) || pipelines[0];
      if (found) {
        delete document.body.dataset.empty;
        follow(found.name);
      }
      else {
        document.body.dataset.empty = 'true';
        setText($('name'), 'No pipeline runs here');
        link('ok', 'live');
        again();
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
      if (!pipelines.some((one) => one.name === current)) start(); // it was removed
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
          if (one.name === current && !a.hasAttribute('aria-current')) requestAnimationFrame(() => showInList(a));
          setAttribute(a, 'aria-current', one.name === current ? 'page' : null);
          setAttribute(a, 'data-level', levelOf(one.state));
          setAttribute(a, 'title', one.state.toLowerCase());
        });
  }

  /** Of many pipelines the list shows a few rows. */
  function showInList(a) {
    const list = $('pipelines');
    list.scrollTop = a.offsetTop - list.offsetTop - (list.clientHeight - a.offsetHeight) / 2;
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
    setText($('foot'), 'Updated ' + timeText(next.time.slice(0, 19) + 'Z') + ' · times are in ' +
        Intl.DateTimeFormat().resolvedOptions().timeZone);
  }

  function remember(next) {
    const time = Date.parse(next.time);
    const last = () => history.times[history.times.length - 1];
    if (last() === time) return;
    while (last() > time) Object.values(history).forEach((list) => list.pop()); // the clock was put back
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
        (problems ? problems + (problems === 1 ? ' problem' : ' problems') : 'no problem');
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
    const sorted = v.origins.length > MOST_ROWS
      ? [...v.origins].sort((a, b) => b.problem - a.problem || (b.lag || 0) - (a.lag || 0)).slice(0, MOST_ROWS)
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
        (o) => (o.problem ? 'bad' : o.evidence === 'held back' ? 'wait' : null));
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
            el('code', {}, visible(e.text)),
            e.sample === undefined ? null : el('code', {class: 'sample'}, 'Record: ' + visible(e.sample))),
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
    $('connections').hidden = !v.connections.length;
    table($('t-connections'), [{name: 'Client'}, {name: 'Open', num: true}], v.connections, (c) => c.client,
        (c) => [c.client, count(c.open)], 'No client tells.', (c) => (c.open === 0 ? 'wait' : null));
  }

  // ---- the picture ---------------------------------------------------------------------------------------------

  const CARD = 236, PILL = 150, GAP = 74, ROW = 22, LOOKS = 7;
  let pictureKey = '';

  const canvas = document.createElement('canvas').getContext('2d');
  function fit(text, width, weight, size) {
    canvas.font = (weight || 400) + ' ' + size + 'px ' + getComputedStyle(document.body).fontFamily;
    let shown = visible(text);
    if (canvas.measureText(shown).width <= width) return shown;
    shown = shown.slice(0, 300); // no more has room anyway
    while (shown.length > 1 && canvas.measureText(shown + '…').width > width) shown = shown.slice(0, -1);
    return shown + '…';
  }

  function label(x, y, text, width, className, weight) {
    const shown = fit(text, width, weight, className === 'dim' ? 12 : 13);
    const node = svg('text', {x, y, class: className || ''}, shown);
    if (shown !== text) node.append(svg('title', {}, visible(text)));
    return node;
  }

  /** From this width on stages are beside each other, and what has no room is scrolled to. */
  const WIDE = 700, LANE = 10;

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
    const ideal = PILL + levels * (CARD + GAP) + GAP + PILL + 4;
    const scale = Math.min(1, Math.max(0.85, width / ideal));
    const card = Math.floor(CARD * scale), pill = Math.floor(PILL * scale), gap = Math.floor(GAP * scale);
    const pills = [];
    let height = 0;
    if (width >= Math.min(WIDE, ideal)) {
      const extra = Math.max(0, Math.min(60, (width - ideal) / (levels + 1)));
      const columns = Array.from({length: levels}, () => 2);
      for (const box of stages) {
        box.w = card;
        box.x = 2 + pill + gap + extra + box.level * (card + gap + extra);
        box.y = columns[box.level];
        const tall = Math.max(box.h, box.sinks.length * 44);
        columns[box.level] += tall + 28;
        if (box.stage.source !== undefined) pills.push({box, kind: 'src', name: box.stage.source, x: 2, y: box.y + box.h / 2 - 18, w: pill, h: 36});
      }
      let sinkY = 2;
      const sinkX = 2 + pill + gap + extra + levels * (card + gap + extra);
      for (const box of stages) {
        sinkY = Math.max(sinkY, box.y + Math.max(0, (box.h - box.sinks.length * 44) / 2));
        for (const sink of box.sinks) {
          pills.push({box, kind: 'snk', name: sink.name, x: sinkX, y: sinkY, w: pill, h: 36});
          sinkY += 44;
        }
      }
      height = Math.max(sinkY - 8, ...columns.map((y) => y - 28)) + 2;
      return {stages, pills, byId, width: sinkX + pill + 2, height, isWide: true};
    }
    // edges to stages that are not right below run on the left, those to one stage in one lane
    const lanes = new Map();
    stages.forEach((box, i) => box.stage.targets.forEach((id) => {
      if (!lanes.has(id) && (box.sinks.length || stages[i + 1] !== byId.get(id))) lanes.set(id, 4 + LANE * (lanes.size % 5));
    }));
    const left = 2 + LANE * Math.min(5, lanes.size) + (lanes.size ? 8 : 0);
    const w = Math.min(width - left - 2, 420);
    let y = 2;
    for (const box of stages) {
      if (box.stage.source !== undefined) {
        pills.push({box, kind: 'src', name: box.stage.source, x: left, y, w: Math.min(w, 260), h: 36});
        y += 36 + 30;
      } else if (height > 0) y += 22;
      box.x = left;
      box.y = y;
      box.w = w;
      y += box.h + 26;
      for (const sink of box.sinks) {
        pills.push({box, kind: 'snk', name: sink.name, x: left + 32, y, w: Math.min(w - 32, 260), h: 36});
        y += 44;
      }
      y += 12;
      height = y;
    }
    return {stages, pills, byId, lanes, width: left + w + 2, height: y, isWide: false};
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
    root.style.minWidth = at.isWide && at.width > width ? at.width + 'px' : '';
    setAttribute(root.parentElement, 'tabindex', root.style.minWidth ? '0' : null);
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
        else edge(`M${box.x + 16} ${pill.y + 36}V${box.y - 7}`, box.stage.id, 'in');
      } else if (at.isWide) edge(pathWide(box.x + box.w, box.y + box.h / 2, pill.x, pill.y + 18), box.stage.id, 'out');
      else edge(`M${box.x + 16} ${box.y + box.h}V${pill.y + 18}H${pill.x - 7}`, box.stage.id, 'out');
    }
    for (const box of at.stages) for (const id of box.stage.targets) {
      const target = at.byId.get(id);
      const how = target.stage.fused ? 'directly' : target.stage.via !== undefined ? 'via ' + target.stage.via : 'exchange';
      if (at.isWide) {
        const y1 = box.y + box.h / 2, y2 = target.y + target.h / 2;
        edge(pathWide(box.x + box.w, y1, target.x, y2), id, 'in');
        const text = label((box.x + box.w + target.x) / 2, (y1 + y2) / 2 - 7, how, target.x - box.x - box.w - 6, 'dim');
        text.setAttribute('text-anchor', 'middle');
        root.append(text);
      } else {
        const lane = at.lanes.get(id);
        edge(lane === undefined ? `M${box.x + 16} ${box.y + box.h}V${target.y - 7}`
          : `M${box.x} ${box.y + box.h - 12}H${lane}V${target.y + 16}H${target.x - 7}`, id, 'in');
        root.append(label(target.x + 26, target.y - 9, how, 200, 'dim'));
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
    const key = v.name + ' ' + width + ' ' + plan.text;
    if (key !== pictureKey) {
      pictureKey = key;
      build(width);
      setText($('plan-text'), plan.text);
    }
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
      const isStalled = v.origins.some((o) => o.stage === stage.id && o.problem);
      setAttribute(part.frame, 'class', 'box' + (isStalled ? ' stalled' : stage.held ? ' held' : ''));
      const facts = [
        [rate(stage.inRate) + ' /s in', rate(stage.outRate) + ' /s results'],
        [stage.held ? 'held back' : isStalled ? 'see above' : stage.lag === undefined ? '' : count(stage.lag) + ' not read',
          stage.watermark ? span(Math.abs(stage.delaySeconds)) + (stage.delaySeconds < -0.5 ? ' ahead' : ' behind') : ''],
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

  /** The steps that an axis may have, up to those of the greatest numbers there are. */
  const STEPS = Array.from({length: 340}, (any, i) => [1, 2, 5].map((n) => Number(n + 'e' + (i - 32)))).flat();

  /** Short numbers, where they are not too short to be told apart. */
  function valueTicks(ticks) {
    const texts = ticks.map((n) => (Math.abs(n) >= 10000 && !isExtreme(n) ? short.format(n) : precise(n)));
    return new Set(texts).size < texts.length ? ticks.map(precise) : texts;
  }

  function axes() {
    const common = {stroke: css('--dim'), grid: {stroke: css('--line'), width: 1}, ticks: {stroke: css('--line'), width: 1},
      font: '12px ' + getComputedStyle(document.body).fontFamily};
    return [{...common, space: 80, values: (u, ticks, axis, space, step) => ticks.map((t) => tick(t, step))},
      {...common, incrs: STEPS, size: (u, texts) => Math.max(58, 20 + 8 * Math.max(0, ...(texts || []).map((text) => text.length))), values: (u, ticks, axis, space, step) => valueTicks(ticks.map((n) => (Math.abs(n) < step / 1e6 ? 0 : n)))}];
  }

  function line(name, color, extra) {
    return {label: name, stroke: css(color), width: 1.8, points: {show: false},
      value: (u, n) => (n === null || n === undefined ? '–' : precise(n)), ...extra};
  }

  const clockText = (u, n) => (n === null || n === undefined ? '–' : timeText(new Date(n * 1000).toISOString()));

  /** The range of an axis that shows these values, also where all are the same or they are close to the greatest there is. */
  function room(min, max) {
    if (min === null) return [0, 1];
    const space = (max - min) * 0.08;
    const [low, high] = min === max ? [Math.min(0, 1.2 * min), Math.max(min === 0 ? 1 : 0, 1.2 * max)]
      : [min >= 0 && min < max / 2 ? 0 : min - space, max + space];
    return [Math.max(low, -GREATEST), Math.min(high, GREATEST)];
  }

  /** The greatest number that is drawn where it is, so that the length of an axis is a number too. */
  const GREATEST = 8e307;
  const drawable = (n) => (n === null ? null : Math.max(-GREATEST, Math.min(GREATEST, n)));

  function chart(id, data, makeSeries, empty, options, fewest = 2) {
    const into = $(id);
    const width = into.clientWidth;
    const hasData = data[0].length >= fewest && data.slice(1).some((list) => list.some((n) => n !== null));
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
      scales: {x: {range: (u, min, max) => (u.data[0].length === 1 ? [min - 30, min + 30] : [min, max])}, y: {range: (u, min, max) => room(min, max)}},
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
    const of = tap().id;
    let found;
    try {
      found = await get('/api/series/' + of + '/keys?find=' + encodeURIComponent(wanted));
    } catch (e) {
      return;
    }
    if (wanted !== $('search').value || of !== tap().id) return; // an answer to an earlier question
    sync($('key'), found.keys, (k) => 'k' + k, (k) => {
      const option = el('option', {}, visible(k) || '(empty)');
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
      const of = tap().id;
      const next = await get('/api/series/' + of + '/points?key=' + encodeURIComponent(key) + '&span=' + $('span').value + '&most=' + most);
      if (key !== $('key').value || of !== tap().id) return;
      curve = next;
      drawSeries();
    } catch (e) { /* gone meanwhile; the next look tells */ }
  }

  /** With more windows than this their edges would hide the values. */
  const MOST_EDGES = 120;
  const SHAPES = [['\u25b2', '--bad'], ['\u25c6', '--wait'], ['\u25a0', '--second'], ['\u2716', '--text']];

  const hasEdges = () => curve && curve.starts && curve.times.length <= MOST_EDGES;

  /** The marks of the tap itself, then those of other taps by their kind, each with its shape. */
  function kinds() {
    const found = new Map([['', []]]);
    for (const mark of curve.marks) {
      const kind = mark.kind || '';
      if (!found.has(kind)) found.set(kind, []);
      found.get(kind).push(mark);
    }
    const names = [...found.keys()].sort();
    return names.map((name, i) => ({name, marks: found.get(name), shape: SHAPES[Math.min(i, SHAPES.length - 1)]}));
  }

  /** Edges of windows, drawn below the values. */
  function drawEdges(u) {
    if (!hasEdges()) return;
    const {left, top, width, height} = u.bbox;
    const context = u.ctx;
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    context.strokeStyle = css('--second');
    context.lineWidth = devicePixelRatio;
    context.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
    const edges = new Set();
    let latest = -1;
    curve.times.forEach((end, i) => {
      if (curve.starts[i] === null) return; // a hole
      edges.add(curve.starts[i]).add(end);
      latest = i;
    });
    for (const edge of edges) {
      const x = Math.round(u.valToPos(edge / 1000, 'x', true));
      context.beginPath();
      context.moveTo(x, top);
      context.lineTo(x, top + height);
      context.stroke();
    }
    if (latest >= 0) {
      const from = u.valToPos(curve.starts[latest] / 1000, 'x', true);
      context.fillStyle = css('--second-soft');
      context.globalAlpha = 0.6;
      context.fillRect(from, top, u.valToPos(curve.times[latest] / 1000, 'x', true) - from, height);
    }
    context.restore();
  }

  /** Values that were filled in, and marks, drawn above the values. */
  function drawMarks(u) {
    if (!curve) return;
    const {left, top, width, height} = u.bbox;
    const context = u.ctx;
    const r = devicePixelRatio;
    context.save();
    context.beginPath();
    context.rect(left, top - 8 * r, width, height + 16 * r);
    context.clip();
    context.lineWidth = 1.6 * r;
    context.strokeStyle = css('--accent');
    context.fillStyle = css('--card');
    for (const i of curve.filled || []) {
      if (curve.values[i] === null) continue;
      context.beginPath();
      context.arc(u.valToPos(curve.times[i] / 1000, 'x', true), u.valToPos(drawable(curve.values[i]), 'y', true), 3.6 * r, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    }
    context.font = 14 * r + 'px "DejaVu Sans", sans-serif';
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.lineWidth = 3 * r;
    context.strokeStyle = css('--card');
    for (const kind of kinds()) {
      context.fillStyle = css(kind.shape[1]);
      for (const mark of kind.marks) {
        const x = u.valToPos(mark.time / 1000, 'x', true);
        const y = mark.value === undefined ? top + height - 8 * r : u.valToPos(drawable(mark.value), 'y', true);
        context.strokeText(kind.shape[0], x, y);
        context.fillText(kind.shape[0], x, y);
      }
    }
    context.restore();
  }

  /** The words of all marks at a time, and that a value was filled in. */
  function marksAt(i) {
    const time = curve.times[i];
    return [...curve.marks.filter((m) => m.time === time).map((m) => m.text), ...(curve.filled && curve.filled.includes(i) ? ['filled in'] : [])].join(', ');
  }

  function valueText(u, n, series, i) {
    if (n === null || n === undefined) return '–';
    const marks = i === null || i === undefined || !curve || i >= curve.times.length ? '' : marksAt(i);
    return precise(curve && i !== null && i !== undefined && curve.values[i] !== undefined ? curve.values[i] : n) + (marks ? ' (' + visible(marks) + ')' : '');
  }

  function drawSeries() {
    if ($('s-series').hidden) return;
    const hasBand = curve && curve.lower;
    const data = [curve ? curve.times.map((t) => t / 1000) : []];
    if (hasBand) data.push(curve.lower.map(drawable), curve.upper.map(drawable)); // first, so that the values are above them
    data.push(curve ? curve.values.map(drawable) : []);
    const edge = {width: 1, dash: [4, 3]};
    chart('c-series', data, () => [
      ...(hasBand ? [line('from', '--second', edge), line('to', '--second', edge)] : []),
      line('value', '--accent', {spanGaps: false, value: valueText, points: {show: (u) => u.data[0].length <= 200, size: 5}}),
    ], !taps.length || !$('key').options.length ? 'No value has come yet.' : 'No value that is a number is kept.',
    {...(hasBand ? {bands: [{series: [2, 1], fill: css('--second-soft')}]} : {}), hooks: {drawClear: [drawEdges], draw: [drawMarks]}}, 1);
    if (!curve) {
      setText($('series-note'), '');
      return;
    }
    const last = curve.values.findLastIndex((n) => n !== null);
    const legend = [count(curve.kept) + (curve.kept === 1 ? ' value kept' : ' values kept') + (curve.kept > curve.times.length ? ', drawn by their extremes' : '')];
    if (hasEdges()) legend.push('dashed lines are the edges of windows, the last one is shaded');
    if (hasBand) legend.push('the band is between dashed curves');
    if (curve.filled) legend.push('○ filled in: ' + curve.filled.length);
    for (const {name, marks, shape} of kinds()) {
      if (marks.length) {
        legend.push(shape[0] + ' ' + (name ? visible(name) + ': ' + marks.length
          : marks.length + (marks.length === 1 ? ' mark' : ' marks') + ', the last: ' + visible(marks[marks.length - 1].text)));
      }
    }
    setText($('series-note'), legend.join('; '));
    setAttribute($('c-series'), 'aria-label', 'Values of ' + visible($('key').value) + (last >= 0
      ? ', the last is ' + precise(curve.values[last]) + ' at ' + timeText(new Date(curve.times[last]).toISOString()) : '') + '; ' + legend.join('; '));
    if (!$('t-series').closest('details').open) return;
    const rows = [];
    for (let i = last; i >= 0 && rows.length < 50; i--) if (curve.values[i] !== null) rows.push(i);
    table($('t-series'), [{name: 'Time'}, {name: 'Value', num: true}, {name: 'Band'}, {name: 'Mark'}], rows, (i) => curve.times[i] + ' ' + i,
        (i) => [{iso: new Date(curve.times[i]).toISOString()}, precise(curve.values[i]),
          hasBand && curve.lower[i] !== null && curve.upper[i] !== null ? precise(curve.lower[i]) + ' to ' + precise(curve.upper[i]) : '–', marksAt(i)],
        'No value has come yet.');
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
      a.value === undefined ? '–' : precise(a.value) + (a.limit === undefined ? '' : ' / ' + precise(a.limit)),
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
    const wanted = chosen();
    if (wanted !== current && pipelines.some((one) => one.name === wanted)) follow(wanted);
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      stop();
      clearTimeout(retry);
      link('wait', 'paused');
    } else if (!source) start();
  });
  $('pause').addEventListener('click', () => {
    isPaused = !isPaused;
    setText($('pause'), isPaused ? 'Go on' : 'Pause');
    if (isPaused) {
      stop();
      clearTimeout(retry);
      link('wait', 'paused');
    } else start();
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
