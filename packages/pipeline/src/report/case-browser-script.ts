/** The script of the browser of cases, as it stands in the page: it puts text into the page only as text. */
export const caseBrowserScript = `
(() => {
  const data = JSON.parse(document.getElementById('browser-data').textContent);
  const root = document.getElementById('browser');
  const part = (name) => root.querySelector('[data-part=' + name + ']');
  const form = root.querySelector('form');
  const list = part('list');
  const picture = part('picture');
  const SVG = 'http://www.w3.org/2000/svg';
  let chosen;
  let view;

  const make = (name, attributes, ...children) => {
    const element = /^(svg|image|path)$/.test(name) ? document.createElementNS(SVG, name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };
  const settings = () => Object.fromEntries(new FormData(form));
  const mean = (values) => {
    const known = values.filter((value) => value !== null && value !== undefined);
    return known.length ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
  };
  const shown = (value, digits) => (value === null ? '–' : value.toFixed(digits).replace('-', '−'));
  const structuresOf = ({ structure }) => (structure === 'all' ? data.structures.map((_, s) => s) : [Number(structure)]);
  const referencesOf = ({ reference }) => (reference === 'all' ? data.raters.map((_, r) => r) : [Number(reference)]);
  const measured = (numbers, mask, set) =>
    mean(structuresOf(set).map((s) => mean(referencesOf(set).map((r) => numbers[s][mask][r]))));

  /** The number that cases are sorted by, and the same turned so that less is worse. */
  const valueOf = (one, set) => {
    const mask = Number(set.mask);
    if (set.sort === 'dice') return measured(one.dice, mask, set);
    if (set.sort === 'hd95') return measured(one.hd95, mask, set);
    if (set.sort === 'logit') return one.logits[Number(set.judge)][mask];
    return one.disagreement;
  };
  const goodness = (one, set) => {
    const value = valueOf(one, set);
    if (value === null) return null;
    const turned = set.sort === 'dice' || (set.sort === 'logit' && one.diagnosis === 1);
    return turned ? value : -value;
  };

  /** Every outline to draw of a case, with its colour: raters in colours, the mask in white. */
  const outlines = (one, set) => {
    const across = data.raters.length;
    const lines = referencesOf(set).map((r) => {
      const isRater = r < across;
      const name = data.references[r];
      const by = isRater ? one.raters : one.masks;
      const index = isRater ? r : data.masks.lastIndexOf(name);
      const colour = isRater ? 'hsl(' + Math.round((360 * r) / across) + ' 95% 62%)' : '#ffe14d';
      return { name, colour, paths: structuresOf(set).map((s) => by[s][index]) };
    });
    const mask = Number(set.mask);
    lines.push({ name: data.masks[mask], colour: '#ffffff', wide: true, paths: structuresOf(set).map((s) => one.masks[s][mask]) });
    return lines;
  };
  const draw = (svg, one, set) => {
    const drawn = outlines(one, set).flatMap(({ colour, wide, paths }) =>
      paths.filter(Boolean).flatMap((d) => {
        const line = (stroke, width) => make('path', { d, stroke, 'stroke-width': width, fill: 'none', 'vector-effect': 'non-scaling-stroke' });
        return wide ? [line('#000000', 3.5), line(colour, 2)] : [line(colour, 1.5)];
      }),
    );
    const href = 'data:image/webp;base64,' + one.image;
    svg.replaceChildren(make('image', { href, width: one.width, height: one.height, preserveAspectRatio: 'none' }), ...drawn);
  };

  const showView = () => picture.setAttribute('viewBox', [view.x, view.y, view.width, view.height].join(' '));
  const inside = (least, value, most) => Math.min(Math.max(least, value), most);
  const move = (dx, dy) => {
    view.x = inside(0, view.x + dx, chosen.width - view.width);
    view.y = inside(0, view.y + dy, chosen.height - view.height);
    showView();
  };
  const zoom = (by) => {
    const before = view ?? { x: 0, y: 0 };
    const scale = by ? inside(1 / 16, view.width / chosen.width / by, 1) : 1;
    view = { x: before.x, y: before.y, width: chosen.width * scale, height: chosen.height * scale };
    if (by) move((before.width - view.width) / 2, (before.height - view.height) / 2);
    else view.x = view.y = 0;
    showView();
  };

  const showDetail = (set) => {
    part('title').textContent = chosen.id + ', diagnosis ' + chosen.diagnosis + (chosen.patient === chosen.id ? '' : ', patient ' + chosen.patient);
    draw(picture, chosen, set);
    const lines = outlines(chosen, set);
    picture.setAttribute('aria-label', 'Case ' + chosen.id + ' with the outlines of ' + lines.map(({ name }) => name).join(', ') + '.');
    part('legend').replaceChildren(
      ...lines.map(({ name, colour, paths }) => {
        const swatch = make('span', { class: 'swatch', 'aria-hidden': 'true' });
        swatch.style.background = colour;
        const empty = paths.every((path) => path === '') ? ' (empty)' : paths.every((path) => path === null) ? ' (none)' : '';
        return make('li', {}, swatch, ' ' + name + empty);
      }),
    );
    const whom = set.reference === 'all' ? 'all raters' : data.references[set.reference];
    const where = set.structure === 'all' ? 'all structures' : data.structures[set.structure];
    part('caption').textContent =
      'Soft Dice and HD95 with ' + whom + ', ' + where + '; logits of the judges, above 0 for ill. Disagreement of the raters: ' + shown(chosen.disagreement, 3) + '.';
    part('head').replaceChildren(
      make('tr', {}, ...['mask', 'soft Dice', 'HD95', ...data.judges.map((judge) => 'logit, ' + judge)].map((name) => make('th', { scope: 'col' }, name))),
    );
    part('body').replaceChildren(
      ...data.masks.map((name, m) => {
        const numbers = [
          shown(measured(chosen.dice, m, set), 3),
          shown(measured(chosen.hd95, m, set), 2),
          ...data.judges.map((_, j) => shown(chosen.logits[j][m], 2)),
        ];
        const row = make('tr', {}, make('th', { scope: 'row' }, name), ...numbers.map((text) => make('td', {}, text)));
        if (m === Number(set.mask)) row.className = 'chosen';
        return row;
      }),
    );
  };

  const choose = (one) => {
    chosen = one;
    for (const button of list.querySelectorAll('button')) {
      const isChosen = button.dataset.id === one.id;
      button.setAttribute('aria-pressed', isChosen);
      button.tabIndex = isChosen ? 0 : -1;
    }
    zoom(0);
    showDetail(settings());
  };

  const update = () => {
    const set = settings();
    const sign = set.order === 'worst' ? 1 : -1;
    const known = data.cases.filter(
      (one) =>
        (set.diagnosis === 'all' || one.diagnosis === Number(set.diagnosis)) &&
        (set.reference === 'all' || measured(one.dice, Number(set.mask), set) !== null || data.references[set.reference] === data.masks[set.mask]),
    );
    const found = known
      .map((one) => ({ one, good: goodness(one, set) }))
      .sort((a, b) => (a.good === null) - (b.good === null) || sign * (a.good - b.good));
    const digits = set.sort === 'dice' || set.sort === 'disagreement' ? 3 : 2;
    part('count').textContent = found.length + ' of ' + data.cases.length + ' cases';
    list.replaceChildren(
      ...found.map(({ one }) => {
        const svg = make('svg', { viewBox: '0 0 ' + one.width + ' ' + one.height, 'aria-hidden': 'true' });
        draw(svg, one, set);
        const name = make('span', { class: 'name', title: one.id }, one.id);
        const value = make('span', { class: 'value' }, shown(valueOf(one, set), digits));
        const button = make('button', { type: 'button' }, svg, name, value);
        button.dataset.id = one.id;
        button.addEventListener('click', () => choose(one));
        return make('li', {}, button);
      }),
    );
    part('detail').hidden = !found.length;
    if (!found.length) return;
    choose((found.find(({ one }) => one === chosen) ?? found[0]).one);
  };

  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('change', (event) => {
    // Another order is looked at from its beginning.
    if (/^(sort|order)$/.test(event.target.name)) chosen = undefined;
    update();
  });
  list.addEventListener('keydown', (event) => {
    const buttons = Array.from(list.querySelectorAll('button'));
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined || !buttons[to]) return;
    event.preventDefault();
    buttons[to].focus();
    buttons[to].click();
  });
  picture.addEventListener('keydown', (event) => {
    const step = view.width / 8;
    const acts = {
      '+': () => zoom(1.5),
      '=': () => zoom(1.5),
      '-': () => zoom(1 / 1.5),
      0: () => zoom(0),
      ArrowLeft: () => move(-step, 0),
      ArrowRight: () => move(step, 0),
      ArrowUp: () => move(0, -step),
      ArrowDown: () => move(0, step),
    };
    if (!acts[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    acts[event.key]();
  });
  picture.addEventListener('pointerdown', (event) => picture.setPointerCapture(event.pointerId));
  picture.addEventListener('pointermove', (event) => {
    if (!picture.hasPointerCapture(event.pointerId)) return;
    const scale = view.width / picture.clientWidth;
    move(-event.movementX * scale, -event.movementY * scale);
  });
  picture.addEventListener('dblclick', () => zoom(1.5));
  for (const button of root.querySelectorAll('[data-zoom]')) button.addEventListener('click', () => zoom(Number(button.dataset.zoom)));
  document.getElementById('browser-off').remove();
  root.hidden = false;
  update();
})();
`;
