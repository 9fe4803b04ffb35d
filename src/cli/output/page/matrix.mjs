// The page of a matrix. Names come from clusters: they are only ever put in as text. Of a large matrix only the cells in
// view exist as elements; which cell is active is told by `aria-activedescendant`.
'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const find = (id) => document.getElementById(id);
  const [scroller, grid, panel, explanation] = ['scroller', 'grid', 'panel', 'explanation'].map(find);
  const [clientSearch, portSearch] = [find('clients'), find('ports')];
  const marks = new Map(data.marks.map((entry) => [entry.mark, entry]));
  const counted = (n, noun) => `${n} ${noun}${n === 1 ? '' : 's'}`;

  /** An element with a class, and with texts or elements in it. */
  function make(tag, className, ...content) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...content);
    return element;
  }

  /** The sign of a cell; beside it stands what it means. */
  function signOf({ mark, kind }) {
    const sign = make('span', `mark ${kind}`, mark === '.' ? '·' : mark);
    sign.setAttribute('aria-hidden', 'true');
    return sign;
  }

  const more = (others) => (others > 0 ? ` +${others}` : '');
  const rowName = ({ clients }) => clients[0].name;
  const withPart = (name, part) => (part === '' ? name : `${name}: ${part}`);
  const columnName = ({ ports, part }) => withPart(ports[0].name, part);
  /** Without the name of the port: what there is room for. */
  const headText = ({ ports, part }) => withPart(ports[0].ask, part) + more(ports.length - 1);
  const rowText = data.rows.map(({ clients }) =>
    clients.map(({ name, identity }) => `${name} ${identity}`.toLowerCase()).join('\n'),
  );
  const columnText = data.columns.map(({ ports, governs, part }) =>
    [...ports.map(({ name }) => name), governs, part].join('\n').toLowerCase(),
  );

  const shown = { rows: [], columns: [], off: new Set() };
  const active = { row: 0, column: 0 };
  let open;

  // ---- which rows and columns are shown

  const matching = (texts, words) =>
    texts.flatMap((text, place) => (words.every((word) => text.includes(word)) ? [place] : []));
  const wordsOf = (input) => input.value.toLowerCase().split(/\s+/).filter(Boolean);
  /** Whether a row or column has any cell of a mark that is not switched off. */
  const speaks = (cells) => shown.off.size === 0 || cells.some((mark) => !shown.off.has(mark));

  function choose() {
    const [row, column] = [shown.rows[active.row], shown.columns[active.column]];
    const rows = matching(rowText, wordsOf(clientSearch));
    const columns = matching(columnText, wordsOf(portSearch));
    shown.rows = rows.filter((r) => speaks(columns.map((c) => data.cells[r][c])));
    shown.columns = columns.filter((c) => speaks(rows.map((r) => data.cells[r][c])));
    active.row = Math.max(0, shown.rows.indexOf(row));
    active.column = Math.max(0, shown.columns.indexOf(column));
    const clients = shown.rows.reduce((sum, r) => sum + data.rows[r].clients.length, 0);
    const ports = new Set(shown.columns.flatMap((c) => data.columns[c].ports.map(({ ask }) => ask))).size;
    find('summary').textContent =
      `${counted(clients, 'client')} in ${counted(shown.rows.length, 'row')}, ` +
      `${counted(ports, 'port')} in ${counted(shown.columns.length, 'column')}`;
    layOut();
  }

  // ---- the grid

  const names = make('div');
  const heads = make('div');
  const corner = make('div', '', make('div', '', 'port ↗'), make('div', '', 'client ↓'));
  const body = make('div');
  Object.entries({ names, heads, corner }).forEach(([id, element]) => (element.id = id));
  heads.setAttribute('role', 'row');
  heads.setAttribute('aria-rowindex', '1');
  const headCells = make('div');
  heads.append(corner, headCells);
  grid.append(heads, names, body);
  headCells.setAttribute('role', 'presentation');

  const pixels = (name) => {
    const probe = make('div');
    probe.style.cssText = `position:absolute;visibility:hidden;width:var(${name})`;
    document.body.append(probe);
    const { width } = probe.getBoundingClientRect();
    probe.remove();
    return width;
  };
  const size = { cell: 0, names: 0, heads: 0 };

  /** As much room for names as the longest takes, within reason. */
  function makeRoom() {
    const longest = (texts) => Math.max(...texts.map((text) => text.length));
    const room = (letters, least, most) => `${Math.min(Math.max(letters * 7.6 + 28, least), most)}px`;
    const style = document.documentElement.style;
    style.setProperty('--heads', room(longest(data.columns.map(headText)), 100, 260));
    const labels = data.rows.map(({ clients }) => clients[0].name + more(clients.length - 1));
    style.setProperty('--names', `min(${room(longest(labels), 140, 340)}, 42vw)`);
  }

  function layOut() {
    for (const name of Object.keys(size)) size[name] = pixels(`--${name}`);
    const { rows, columns } = shown;
    const empty = rows.length === 0 || columns.length === 0;
    grid.hidden = empty;
    find('nothing')?.remove();
    if (empty) {
      const nothing = make('p', '', 'Nothing here: no client and port of these names and marks.');
      nothing.id = 'nothing';
      scroller.append(nothing);
    }
    grid.style.width = `${size.names + columns.length * size.cell + 8}px`;
    grid.style.height = `${size.heads + rows.length * size.cell + 8}px`;
    names.style.height = `${rows.length * size.cell}px`;
    grid.setAttribute('aria-rowcount', String(rows.length + 1));
    grid.setAttribute('aria-colcount', String(columns.length + 1));
    draw();
  }

  /** The places that are in view, and a few around them. */
  function inView(start, room, count) {
    const first = Math.max(0, Math.floor(start / size.cell) - 4);
    return { first, last: Math.min(count - 1, Math.ceil((start + room) / size.cell) + 4) };
  }

  function draw() {
    const across = inView(scroller.scrollLeft, scroller.clientWidth - size.names, shown.columns.length);
    const down = inView(scroller.scrollTop, scroller.clientHeight - size.heads, shown.rows.length);
    const newHeads = [];
    const newNames = [];
    const newCells = [];
    for (let x = across.first; x <= across.last; x += 1) newHeads.push(headOf(x));
    for (let y = down.first; y <= down.last; y += 1) {
      const row = make('div');
      row.setAttribute('role', 'row');
      row.setAttribute('aria-rowindex', String(y + 2));
      newNames.push(nameOf(y));
      for (let x = across.first; x <= across.last; x += 1) row.append(cellOf(y, x));
      newCells.push(row);
    }
    headCells.replaceChildren(...newHeads);
    names.replaceChildren(...newNames);
    body.replaceChildren(...newCells);
    grid.setAttribute('aria-activedescendant', `cell-${active.row}-${active.column}`);
  }

  function headOf(x) {
    const column = data.columns[shown.columns[x]];
    const head = make('div', x === active.column ? 'head current' : 'head', headText(column));
    head.setAttribute('role', 'columnheader');
    head.setAttribute('aria-colindex', String(x + 2));
    head.title = `${column.ports.map(({ name }) => name).join('\n')}\n${column.governs}`;
    head.style.left = `${size.names + x * size.cell}px`;
    return head;
  }

  function nameOf(y) {
    const { clients } = data.rows[shown.rows[y]];
    const name = make('div', y === active.row ? 'name current' : 'name', clients[0].name);
    name.append(make('span', 'more', more(clients.length - 1)));
    name.title = clients.map((client) => client.name).join('\n');
    name.style.top = `${y * size.cell}px`;
    return name;
  }

  function cellOf(y, x) {
    const [r, c] = [shown.rows[y], shown.columns[x]];
    const { mark, kind, words } = marks.get(data.cells[r][c]);
    const cell = make('div', `cell ${kind}`, mark === '.' ? '·' : mark);
    cell.id = `cell-${y}-${x}`;
    cell.setAttribute('role', 'gridcell');
    cell.setAttribute('aria-colindex', String(x + 2));
    const label = `${rowName(data.rows[r])} to ${columnName(data.columns[c])}: ${words}`;
    cell.setAttribute('aria-label', label);
    cell.title = label;
    cell.dataset.y = String(y);
    cell.dataset.x = String(x);
    cell.classList.toggle('off', shown.off.has(mark));
    cell.classList.toggle('active', y === active.row && x === active.column);
    cell.classList.toggle('open', open !== undefined && open.row === r && open.column === c);
    cell.style.left = `${size.names + x * size.cell}px`;
    cell.style.top = `${size.heads + y * size.cell}px`;
    return cell;
  }

  let drawing = 0;
  const drawSoon = () => {
    cancelAnimationFrame(drawing);
    drawing = requestAnimationFrame(draw);
  };
  scroller.addEventListener('scroll', drawSoon, { passive: true });
  new ResizeObserver(layOut).observe(scroller);

  // ---- the explanation of a cell

  const verdict = (entry) => make('p', 'verdict', signOf(entry), entry.words);
  const list = (items) => make('ul', '', ...items.map((item) => make('li', '', item)));

  function explain(row, column) {
    open = { row, column };
    const [client] = data.rows[row].clients;
    const asked = data.columns[column];
    const answer = data.answers[data.answerOf[row][column]];
    explanation.replaceChildren(
      make('h2', '', `${client.name} → ${columnName(asked)}`),
      verdict(marks.get(data.cells[row][column])),
      make('p', 'facts', `The client: ${client.facts}.`),
      make('p', 'facts', `The port: ${asked.governs}.`),
      ...asked.regions.map((region, place) => regionOf(region, answer[place], asked)),
      ...(asked.regions.length === 0
        ? [make('p', '', 'No proxy enforces a policy here: whoever reaches the port gets through.')]
        : []),
      ...authorizations(asked),
      ...askAgain(client, asked, answer),
      ...groups(data.rows[row], asked),
    );
    panel.hidden = false;
    panel.scrollTop = 0;
    draw();
  }

  /** What becomes of one kind of traffic, and by whom. */
  function regionOf(region, [access, by, from, notFrom], { grants }) {
    const box = make('div', 'region', make('div', '', make('strong', '', region.name)));
    if (region.sample !== '') box.append(make('div', '', 'such as ', make('code', '', region.sample)));
    else box.append(make('div', 'facts', 'its pattern leaves open whether there is such a request'));
    const [got, audited] = access.split(' ');
    const through = by.map((place) => grants[place].name).join(', ');
    const logged = audited === undefined ? '' : ', and logged';
    if (got !== 'none')
      box.append(
        make(
          'div',
          'gets',
          `allowed${from === '' ? '' : ` from ${from}`}${through === '' ? '' : ` by ${through}`}${logged}`,
        ),
      );
    if (got !== 'all')
      box.append(
        make('div', 'refused', `refused${notFrom === '' ? '' : ` from ${notFrom}`}: ${region.refusal}`),
      );
    if (got === 'unknown-address')
      box.append(make('div', 'facts', 'nobody knows which of these addresses the client has'));
    return box;
  }

  function authorizations({ grants, regions }) {
    const shownGrants = grants.filter((_, place) => regions.some((region) => region.grants.includes(place)));
    if (regions.length === 0) return [];
    return [
      make('h3', '', 'Who is let in'),
      shownGrants.length === 0
        ? make('p', '', 'Nothing authorizes anybody here.')
        : list(
            shownGrants.map(({ name, admits }) => make('span', '', make('strong', '', name), `: ${admits}`)),
          ),
    ];
  }

  /** For a shell. */
  const quoted = (text) => (/^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

  function askAgain(client, { ports, regions }, answer) {
    const refused = regions.findIndex((_, place) => !answer[place][0].startsWith('all'));
    const region = regions[refused] ?? regions[0];
    const words = [
      'gatehouse',
      'explain',
      '--from',
      client.ask,
      '--to',
      ports[0].ask,
      ...(region?.ask ?? []),
    ];
    return [
      make('h3', '', 'All of it, and what would change it'),
      make('pre', '', words.map(quoted).join(' ')),
      make('p', 'facts', 'and the --manifests or --kubeconfig that this page was made with'),
    ];
  }

  function groups({ clients }, { ports }) {
    const group = (noun, items) =>
      items.length < 2
        ? []
        : [
            make(
              'details',
              '',
              make('summary', '', `${items.length} ${noun}`),
              list(items.map(({ name }) => name)),
            ),
          ];
    const found = [
      ...group('clients that no policy here tells apart', clients),
      ...group('ports of one policy', ports),
    ];
    return found.length === 0 ? [] : [make('h3', '', 'The same holds for'), ...found];
  }

  function close() {
    open = undefined;
    panel.hidden = true;
    grid.focus();
    draw();
  }

  // ---- hands and keys

  function activate(row, column) {
    active.row = Math.min(Math.max(row, 0), shown.rows.length - 1);
    active.column = Math.min(Math.max(column, 0), shown.columns.length - 1);
    const [left, top] = [active.column * size.cell, active.row * size.cell];
    const room = { x: scroller.clientWidth - size.names, y: scroller.clientHeight - size.heads };
    if (left < scroller.scrollLeft) scroller.scrollLeft = left;
    if (left + size.cell > scroller.scrollLeft + room.x) scroller.scrollLeft = left + size.cell - room.x;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    if (top + size.cell > scroller.scrollTop + room.y) scroller.scrollTop = top + size.cell - room.y;
    draw();
  }

  const openActive = () => explain(shown.rows[active.row], shown.columns[active.column]);

  const page = () => Math.max(1, Math.floor((scroller.clientHeight - size.heads) / size.cell) - 1);
  const MOVES = {
    ArrowUp: () => activate(active.row - 1, active.column),
    ArrowDown: () => activate(active.row + 1, active.column),
    ArrowLeft: () => activate(active.row, active.column - 1),
    ArrowRight: () => activate(active.row, active.column + 1),
    PageUp: () => activate(active.row - page(), active.column),
    PageDown: () => activate(active.row + page(), active.column),
    Home: () => activate(active.row, 0),
    End: () => activate(active.row, shown.columns.length - 1),
    Enter: openActive,
    ' ': openActive,
  };

  grid.addEventListener('keydown', (event) => {
    if (!Object.hasOwn(MOVES, event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    MOVES[event.key]();
  });
  grid.addEventListener('click', (event) => {
    const cell = event.target.closest('.cell');
    if (cell === null) return;
    grid.focus({ preventScroll: true });
    activate(Number(cell.dataset.y), Number(cell.dataset.x));
    openActive();
  });
  find('close').addEventListener('click', close);
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !panel.hidden) close();
    if (event.key !== '/' || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    clientSearch.focus();
  });
  find('filters').addEventListener('submit', (event) => {
    event.preventDefault();
    grid.focus();
  });
  for (const input of [clientSearch, portSearch]) input.addEventListener('input', choose);

  const used = new Set(data.cells.join(''));
  for (const entry of data.marks) {
    const { mark, words } = entry;
    if (!used.has(mark)) continue;
    const button = make('button', '', signOf(entry), words);
    button.type = 'button';
    button.setAttribute('aria-pressed', 'true');
    button.addEventListener('click', () => {
      if (!shown.off.delete(mark)) shown.off.add(mark);
      button.setAttribute('aria-pressed', String(!shown.off.has(mark)));
      choose();
    });
    find('legend').append(button);
  }

  if (data.rows.length > 0 && data.columns.length > 0) makeRoom();
  choose();
})();
