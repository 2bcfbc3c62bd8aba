/** The report's style sheet: colours are variables, once for light and once for dark. */
export const style = `
:root {
  color-scheme: light dark; --ground: var(--surface); --shadow: color-mix(in srgb, var(--ink) 28%, transparent);
  --surface: #ffffff; --raised: #f5f7f9; --ink: #1c2127; --quiet: #57606a; --line: #d3d9df; --link: #0757b0;
  --arm-0: #0b62c4; --arm-1: #b54708; --arm-2: #7a3ec8; --arm-3: #00786c; --arm-4: #a8255f; --arm-5: #6b5b00;
  --mv: #59636e; --staple: #59636e; --df-gt: #c01f8c; --shared: #6639ba; --healthy: #00786c; --ill: #b54708;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --surface: #12161b; --raised: #1b2128; --ink: #e7ebef; --quiet: #a3adb8; --line: #39424c; --link: #7db8ff;
    --arm-0: #6cb2ff; --arm-1: #f5a35c; --arm-2: #c4a1ff; --arm-3: #4fd1bf; --arm-4: #ff8fb8; --arm-5: #d9c55a;
    --mv: #aab4be; --staple: #aab4be; --df-gt: #ff7fd0; --shared: #b392f0; --healthy: #4fd1bf; --ill: #f5a35c;
  }
}
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100% }
body { margin: 0; background: var(--surface); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; overflow-wrap: break-word }
main, header { max-width: 74rem; margin: 0 auto; padding: 0 1rem }
header { padding-top: 1.5rem }
main { padding-bottom: 4rem }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem }
h2 { font-size: 1.3rem; line-height: 1.25; margin: 3rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line) }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .25rem }
p, ul, dl { margin: .5rem 0 1rem }
p, li { max-width: 46rem }
a { color: var(--link) }
.quiet { color: var(--quiet); font-size: .875rem; font-weight: 400 }
.found { --ground: var(--raised); width: fit-content; max-width: 100%; background: var(--raised); border-left: 4px solid var(--arm-0); padding: .5rem 1rem; margin: 1rem 0; border-radius: 0 6px 6px 0 }
.doubtful { border-left-color: var(--arm-1) }
.doubtful h2 { border: 0; margin: 0; padding: 0; color: var(--arm-1) }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0; font-size: .9rem }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.scroll {
  overflow-x: auto; max-width: 100%; margin: .5rem 0 1rem; container-type: scroll-state;
  /* A shadow where more columns are: covers of the ground's colour, which scroll along, lie over it at the ends. */
  background: linear-gradient(to right, var(--ground) 50%, transparent) left / 3rem 100% no-repeat local,
    linear-gradient(to left, var(--ground) 50%, transparent) right / 3rem 100% no-repeat local,
    linear-gradient(to right, var(--shadow), transparent) left / 1.25rem 100% no-repeat,
    linear-gradient(to left, var(--shadow), transparent) right / 1.25rem 100% no-repeat;
}
.scroll caption::after { content: "Scroll sideways for more columns →"; display: none; width: fit-content; position: sticky; left: 0; font-size: .9em; font-weight: 600; color: var(--link) }
@container scroll-state(scrollable: right) { .scroll caption::after { display: block } }
.scroll:focus-visible, summary:focus-visible, a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem }
caption { text-align: left; padding: .25rem 0 .5rem; color: var(--quiet); caption-side: top }
th, td { padding: .35rem .65rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line) }
thead th { vertical-align: bottom; border-bottom: 2px solid var(--line) }
tbody th { font-weight: 600 }
caption > span, .group span { display: block; width: fit-content; max-width: calc(100vw - 4.5rem); position: sticky; left: .45rem }
caption > span { left: 0 }
.numbers th, .numbers td { padding: .3rem .45rem }
.numbers td, .numbers thead th:not(:first-child) { text-align: right }
.numbers td { white-space: nowrap }
.numbers thead th { max-width: 9rem; overflow-wrap: break-word; hyphens: auto }
.words td, .words thead th:not(:first-child) { text-align: left; white-space: normal; overflow-wrap: anywhere; min-width: 8rem; max-width: 26rem }
.numbers tbody th { min-width: 8rem }
tbody th[scope=row] { position: sticky; left: 0; background: var(--ground) }
.numbers small { display: block; font-weight: 400; color: var(--quiet); font-size: .86em }
.numbers tr.group th { background: color-mix(in srgb, var(--ink) 5%, transparent); color: var(--quiet); font-weight: 600; font-size: .9em; min-width: 0 }
.numbers .best { font-weight: 700 }
.numbers tr.over th { border-bottom: 0; padding-bottom: 0; color: var(--quiet); font-weight: 600; font-size: .8em; max-width: none }
.numbers tr.over th { text-align: left; padding-left: .9rem }
.numbers tr.over td { border: 0 }
.term { all: unset; cursor: help; text-decoration: underline dotted; text-underline-offset: .2em }
.term:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
.explanation { max-width: min(26rem, calc(100vw - 3rem)); padding: .75rem 1rem; border: 1px solid var(--line); border-radius: 6px; background: var(--raised); color: var(--ink) }
.pictures { --side: clamp(96px, calc((min(100vw, 74rem) - 9rem) / var(--columns) - 8px), 136px) }
.pictures th, .pictures td { padding: .25rem; border: 0 }
.pictures thead th { font-size: .85rem; max-width: var(--side) }
.pictures tbody th { min-width: 6.5rem; max-width: 9rem; font-size: .8rem; line-height: 1.35 }
.pictures img { display: block; width: var(--side); height: var(--side); object-fit: contain; background: #000; border-radius: 2px }
.pictures img.heat { image-rendering: pixelated }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19.5rem), 1fr)); gap: 1rem 1.5rem; margin: .5rem 0 1rem }
figure { margin: 0; min-width: 0 }
figcaption { font-size: .9rem; font-weight: 600 }
figure > svg, .scale > svg { width: 100%; max-width: 27rem; height: auto; display: block; overflow: visible; font-family: inherit; --plot-background: var(--surface) }
figure > svg, .scale > svg { font-size: 12px }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; list-style: none; padding: 0; margin: .5rem 0; font-size: .9rem }
.legend svg { vertical-align: middle }
.controls { display: flex; flex-wrap: wrap; gap: .5rem 1rem; font-size: .9rem }
.controls label { display: inline-flex; flex-wrap: wrap; gap: .3rem; align-items: center; max-width: 100% }
.controls select, .zoom button { font: inherit; color: var(--ink); background: var(--raised); border: 1px solid var(--quiet); border-radius: 4px; padding: .2rem .4rem; max-width: 100% }
.browser[hidden] { display: none }
.browser { display: grid; grid-template-columns: minmax(0, 1fr); gap: .5rem 1.5rem }
.browser ol { display: flex; gap: .4rem; overflow-x: auto; list-style: none; margin: 0; padding: .2rem }
.browser ol button { all: unset; box-sizing: border-box; display: grid; grid-template-columns: 1fr; width: 6.5rem; padding: .25rem; border: 2px solid transparent; border-radius: 6px; font-size: .75rem; line-height: 1.35; cursor: pointer }
.browser ol button[aria-pressed=true] { border-color: var(--link); background: var(--raised) }
.browser ol button:focus-visible, .stage svg:focus-visible, .zoom button:focus-visible, select:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
.browser ol svg { width: 100%; aspect-ratio: 1; background: #000; border-radius: 2px }
.browser .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.browser .value { color: var(--quiet); font-variant-numeric: tabular-nums }
.browser h3 { margin: .25rem 0; overflow-wrap: anywhere }
.stage { position: relative; max-width: 32rem }
.stage svg { display: block; width: 100%; aspect-ratio: 1; background: #000; border-radius: 4px; cursor: grab; touch-action: pan-y }
.zoom { position: absolute; top: .5rem; right: .5rem; display: flex; gap: .25rem }
.zoom button { min-width: 2rem; cursor: pointer }
.swatch { display: inline-block; width: 1.1em; height: .65em; border: 1px solid var(--quiet); border-radius: 2px }
.numbers tr.chosen th, .numbers tr.chosen td { background: var(--raised); font-weight: 700 }
@media (min-width: 48rem) {
  .browser { grid-template-columns: 15.5rem minmax(0, 1fr) }
  .controls, .browser > p { grid-column: 1 / -1 }
  .browser ol { flex-wrap: wrap; align-content: start; overflow: hidden auto; max-height: 46rem }
}
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .3rem 1rem }
dt { color: var(--quiet) }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere }
details { margin: .5rem 0 1rem }
summary { cursor: pointer; color: var(--link) }
pre, code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .85rem }
pre { background: var(--raised); padding: .75rem; overflow-x: auto; border-radius: 6px }
@media (max-width: 40rem) {
  .pictures tbody th { min-width: 5rem; max-width: 6rem }
  .numbers tbody th { min-width: 6rem; max-width: 8rem }
  dl { grid-template-columns: 1fr; gap: 0 }
  dd { margin-bottom: .5rem }
}
@media print {
  :root { color-scheme: only light }
  body { font-size: 10.5pt }
  main, header { max-width: none }
  nav, section:has(#browse) { display: none }
  .scroll { overflow: visible; background: none }
  .pictures { --side: 62px }
  caption > span, .group span { max-width: 100% }
  .numbers { font-size: 6.5pt }
  .numbers th, .numbers td { padding: .15rem .25rem }
  .numbers tbody th { min-width: 4rem }
  .pictures thead th { font-size: 6.5pt }
  ::details-content { content-visibility: visible; block-size: auto }
  figure, tr, .found { break-inside: avoid }
  h2, h3 { break-after: avoid }
}
`;
