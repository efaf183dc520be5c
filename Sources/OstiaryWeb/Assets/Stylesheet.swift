// SPDX-License-Identifier: Apache-2.0

extension Asset {
    /// The styles for light and dark. All text has a contrast of at least 4.5 to its background; a test measures it.
    static let stylesheetText = """
        :root {
          color-scheme: light dark;
          --ground: #f7f7f4; --sheet: #fff; --code: #f3f4f0; --line: #dcdfd8; --strong: #b9beb4;
          --ink: #1b2023; --soft: #565f66; --accent: #0c6b5c; --on-accent: #fff; --wash: #e4f1ed;
          --get: #1558a6; --post: #0c6b46; --put: #855000; --delete: #b3202c;
          --get-wash: #e6eff9; --post-wash: #e2f3ea; --put-wash: #f8eedb; --delete-wash: #fbe9e9;
          --key: #1f4f8f; --text: #0c6b46; --number: #8a4600; --literal: #7a2f9c;
          --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
          --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #131618; --sheet: #1a1e21; --code: #14181a; --line: #2d3337; --strong: #4d565c;
            --ink: #e3e7e8; --soft: #a0aab0; --accent: #6fd3bd; --on-accent: #0b1f1a; --wash: #173029;
            --get: #8fbff5; --post: #7fd6a8; --put: #e8bd70; --delete: #f79a9a;
            --get-wash: #1a2a3d; --post-wash: #173027; --put-wash: #352a17; --delete-wash: #3d2022;
            --key: #8fbff5; --text: #8ad9ae; --number: #ecbb7c; --literal: #d3a5ee;
          }
        }
        * { box-sizing: border-box; }
        html { scroll-padding-top: 1rem; }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.55 var(--sans); }
        code, pre, textarea { font-family: var(--mono); font-size: .92em; }
        h1, h2, p, dl, dd, ul, ol { margin: 0; padding: 0; }
        h1 { font-size: 1.65rem; line-height: 1.2; letter-spacing: -.015em; font-weight: 650; }
        h2 { font-size: 1rem; font-weight: 600; }
        a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: 1px; }
        a:hover { text-decoration-thickness: 2px; }
        a:has(code), a.s { text-underline-offset: .36em; text-decoration-skip-ink: none; }
        ul, ol { list-style: none; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
        main:focus, form:focus { outline: none; }
        .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        .skip { position: absolute; left: 1rem; top: -4rem; background: var(--sheet); padding: .5rem .9rem; z-index: 2; }
        .skip:focus { top: .5rem; }

        .top { display: flex; flex-wrap: wrap; align-items: center; gap: .35rem 1.4rem; min-height: 3.6rem;
          padding: .6rem max(1.5rem, calc((100% - 78rem) / 2 + 1.5rem)); background: var(--sheet); border-bottom: 1px solid var(--line); }
        .brand { display: inline-flex; align-items: center; gap: .45rem; font-weight: 650; color: var(--ink);
          text-decoration: none; letter-spacing: -.01em; }
        .brand svg { color: var(--accent); }
        .top nav { display: flex; gap: 1.1rem; }
        .top nav a { color: var(--soft); text-decoration: none; }
        .top nav a:hover { color: var(--ink); text-decoration: underline; }
        .who { display: flex; align-items: center; gap: .75rem; min-width: 0; margin-left: auto; }
        .user { color: var(--soft); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; max-width: 18rem; }
        main { max-width: 78rem; margin: 0 auto; padding: 1.4rem 1.5rem 3rem; }
        footer { max-width: 78rem; margin: 0 auto; padding: 0 1.5rem 2rem; color: var(--soft); font-size: .85rem; }
        .lead { color: var(--soft); max-width: 46rem; margin: .5rem 0 1.5rem; font-size: 1.03rem; }
        .narrow { max-width: 27rem; margin: 2.5rem auto; }
        .narrow > * + * { margin-top: 1rem; }

        .crumbs ol { display: flex; flex-wrap: wrap; font-size: .87rem; color: var(--soft); }
        .crumbs li + li::before { content: "/"; margin: 0 .5rem; color: var(--soft); }
        .title { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem 1rem; margin: .35rem 0 1.3rem; }
        .title .path { color: var(--soft); overflow-wrap: anywhere; }
        .actions { display: flex; flex-wrap: wrap; gap: .4rem; margin-left: auto; }
        .columns, .columns > div { display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); align-items: start; }
        @media (min-width: 62rem) {
          .columns { grid-template: auto 1fr / minmax(0, 1.1fr) minmax(0, 1fr); }
          .columns > * { grid-column: 1; }
          .columns > .operations { grid-column: 2; grid-row: 1 / span 2; }
          .columns.forms > * { grid-column: 2; }
          .columns.forms > .operations { grid-column: 1; }
        }
        .answer, .operation, .samples, .card { background: var(--sheet); border: 1px solid var(--line); border-radius: 8px; }
        .operation, .card { padding: 1.05rem 1.2rem 1.15rem; }
        .operation > * + *, .card > * + * { margin-top: .85rem; }
        .operation > h2 + p { margin-top: .4rem; color: var(--soft); }

        .answer { overflow: hidden; }
        .answer h2 { padding: .75rem 1.1rem; border-bottom: 1px solid var(--line); font-weight: 400; overflow-wrap: anywhere; }
        .line { padding: .6rem 1.1rem; }
        .line::before { content: ""; display: inline-block; width: .6rem; height: .6rem; border-radius: 50%;
          margin-right: .6rem; background: currentColor; }
        .good { color: var(--post); } .moved { color: var(--get); } .wrong { color: var(--put); } .broken { color: var(--delete); }
        summary { cursor: pointer; }
        .samples h2 { padding: .75rem 1.1rem; }
        .samples details { border-top: 1px solid var(--line); padding-bottom: .1rem; }
        .samples summary { padding: .5rem 1.1rem; color: var(--soft); }
        .samples .tabs { padding: 0 1.1rem .9rem; }
        .samples .panel { padding: 0; border: 0; }
        .panel > pre, .panel > .copyable { border-radius: 6px; border: 1px solid var(--line); overflow: hidden; }
        .samples > pre, .samples > .copyable { border: solid var(--line); border-width: 1px 0; }
        .samples > p { padding: .6rem 1.1rem; }
        .headers { padding: .5rem 1.1rem .6rem; border-top: 1px solid var(--line); font: .82rem/1.65 var(--mono); }
        .headers summary { color: var(--soft); width: max-content; font-family: var(--sans); }
        .headers div, .details dl div { display: flex; gap: .6rem; }
        .headers dt { color: var(--soft); flex: none; }
        .headers dt::after { content: ":"; }
        .headers dd { overflow-wrap: anywhere; min-width: 0; }
        pre { margin: 0; padding: .9rem 1.1rem; background: var(--code); overflow-x: auto; line-height: 1.6; tab-size: 2; }
        .answer > pre, .answer > .copyable { border-top: 1px solid var(--line); }
        .answer pre { white-space: pre-wrap; overflow-wrap: anywhere; }
        .empty { padding: .9rem 1.1rem; border-top: 1px solid var(--line); color: var(--soft); }
        .k { color: var(--key); } .s { color: var(--text); } .n { color: var(--number); } .l { color: var(--literal); }
        .p { color: var(--ink); }
        .copyable { display: grid; grid-template-columns: minmax(0, 1fr) auto; background: var(--code); }
        .copy { align-self: start; margin: .5rem; font-size: .78rem; padding: .15rem .55rem; }
        .fold { margin-top: 1.25rem; }
        .columns > .fold { margin-top: 0; }
        .fold > summary { color: var(--soft); width: max-content; max-width: 100%; }
        .fold[open] > summary { margin-bottom: .7rem; }

        button, .button { display: inline-flex; align-items: center; gap: .4rem; font: 500 .9rem/1.4 var(--sans); cursor: pointer;
          padding: .4rem .85rem; border: 1px solid transparent; border-radius: 6px; background: var(--accent);
          color: var(--on-accent); text-decoration: none; }
        .quiet, .copy, .button { background: var(--sheet); color: var(--ink); border-color: var(--strong); }
        button:hover, .button:hover { filter: brightness(.96); text-decoration: none; }
        .send.delete, .button.delete { background: var(--delete-wash); color: var(--delete); border-color: var(--delete); }
        .verb { font: 600 .76rem/1 var(--mono); padding: .28rem .42rem; border-radius: 4px; letter-spacing: .03em; }
        .verb.get { color: var(--get); background: var(--get-wash); }
        .verb.post { color: var(--post); background: var(--post-wash); }
        .verb.put, .verb.patch { color: var(--put); background: var(--put-wash); }
        .verb.delete { color: var(--delete); background: var(--delete-wash); }
        .lock, .note { font-size: .76rem; font-weight: 400; color: var(--soft); }
        .lock { border: 1px solid var(--line); border-radius: 4px; padding: .05rem .38rem; white-space: nowrap; }

        .tabs { display: flex; flex-wrap: wrap; gap: 0 1.1rem; }
        .tabs > input { position: absolute; opacity: 0; pointer-events: none; }
        .tabs > label { padding: .2rem 0 .35rem; color: var(--soft); cursor: pointer; border-bottom: 2px solid transparent;
          font-size: .9rem; }
        .tabs > input:checked + label { color: var(--ink); border-color: var(--accent); }
        .tabs > input:focus-visible + label { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
        .panel { display: none; width: 100%; order: 1; padding-top: .9rem; border-top: 1px solid var(--line); }
        .tabs > input:nth-of-type(1):checked ~ .panel:nth-of-type(1), .tabs > input:nth-of-type(2):checked ~ .panel:nth-of-type(2),
        .tabs > input:nth-of-type(3):checked ~ .panel:nth-of-type(3), .tabs > input:nth-of-type(4):checked ~ .panel:nth-of-type(4)
        { display: block; }
        .field + .field, .field + button { margin-top: .9rem; }
        .card > input + .field { margin-top: 0; }
        .card .field + .field, .card .field + button { margin-top: 1rem; }
        .field label { display: block; font-weight: 500; margin-bottom: .25rem; }
        .field input, .field select, .field textarea { width: 100%; padding: .42rem .6rem; color: var(--ink);
          background: var(--ground); border: 1px solid var(--strong); border-radius: 6px; font-size: .95rem; }
        .field input, .field select { font-family: inherit; }
        .field textarea { font-family: var(--mono); line-height: 1.5; resize: vertical; }
        .field [aria-invalid] { border-color: var(--delete); border-width: 2px; }
        ::placeholder { color: var(--soft); opacity: 1; font-style: italic; }
        .flag { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .5rem; }
        .flag > input { width: auto; }
        .flag > .help { flex-basis: 100%; }
        .help { color: var(--soft); font-size: .85rem; margin-top: .25rem; }
        .help code { white-space: nowrap; }
        .problems { color: var(--delete); font-size: .9rem; margin-top: .3rem; }
        .problem, .notice, .hint { border-left: 3px solid var(--delete); background: var(--delete-wash); padding: .55rem .9rem;
          border-radius: 0 6px 6px 0; }
        .notice, .hint { border-color: var(--accent); background: var(--wash); margin-bottom: 1.1rem; }
        .confirm[open] > summary { margin-bottom: .9rem; }
        .confirm > summary { list-style: none; width: max-content; max-width: 100%; }
        .confirm > summary::-webkit-details-marker { display: none; }
        .operation > .details { border-top: 1px solid var(--line); margin: 1.15rem -1.2rem -.55rem; padding: .45rem 1.2rem 0; }
        .details > summary { padding: .1rem 0; color: var(--soft); font-size: .87rem; }
        .details[open] { padding-bottom: .5rem; }
        .details p { font-size: .9rem; margin-top: .4rem; }
        .details dl { font-size: .9rem; margin-top: .4rem; display: grid; gap: .2rem; }
        .details dt { flex: none; width: 3.2rem; font-family: var(--mono); font-size: .85rem; }

        table { width: 100%; border-collapse: separate; border-spacing: 0; border-radius: 8px; overflow: hidden; background: var(--sheet); border: 1px solid var(--line); }
        th, td { text-align: left; vertical-align: top; padding: .6rem 1rem; border-top: 1px solid var(--line); font-weight: 400; }
        thead th { font-size: .8rem; color: var(--soft); border: 0; padding-block: .45rem; }
        .methods { display: grid; gap: .45rem; }
        .methods li { display: flex; align-items: baseline; gap: .5rem; }
        .methods .verb { flex: none; width: 4.1rem; text-align: center; }
        .codes { display: grid; gap: 1px; background: var(--line); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
        .codes > div { background: var(--sheet); padding: .8rem 1.2rem; }
        .codes > div:target { background: var(--wash); }
        .codes .anchor { font-weight: 600; margin-right: .6rem; }
        .codes span { font-size: .9rem; }
        .codes .remedy { color: var(--soft); font-size: .9rem; }
        .remedy b { font-weight: 500; margin-right: .35rem; }
        .version { color: var(--soft); font-size: 1rem; font-weight: 400; letter-spacing: 0; }
        .doors { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); margin-top: 1.25rem; }
        .doors a { display: grid; gap: .2rem; align-content: start; height: 100%; padding: 1rem 1.2rem; background: var(--sheet); color: var(--soft);
          border: 1px solid var(--line); border-radius: 8px; text-decoration: none; }
        .doors b { color: var(--accent); font-weight: 600; font-size: 1.05rem; }
        .doors a:hover { border-color: var(--accent); }
        @media (max-width: 40rem) {
          .top, main, footer { padding-inline: 1rem; }
          .top { gap: .35rem .75rem; }
          .top nav { gap: .7rem; }
          .actions { margin-left: 0; width: 100%; }
          .copyable { grid-template-columns: minmax(0, 1fr); }
          .copy { justify-self: end; margin-top: 0; }
          .index, .index tbody, .index tr, .index th, .index td { display: block; }
          .index thead { display: none; }
          .index td { border: 0; padding-top: 0; }
          .user { max-width: 11rem; }
        }
        @media (max-width: 22rem) { .brand span { position: absolute; clip-path: inset(50%); } }
        @media (prefers-reduced-motion: no-preference) { button, .button, .doors a { transition: filter .12s, border-color .12s; } }

        """
}
