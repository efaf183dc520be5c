// SPDX-License-Identifier: Apache-2.0

extension Asset {
    /// The styles of the administration, beside those of all pages.
    static let adminStylesheetText = """
        bdi { overflow-wrap: anywhere; }
        input[type^="date"]:focus-within { outline: 2px solid var(--accent); outline-offset: 2px; }
        .title h1 { overflow-wrap: anywhere; min-width: 0; }
        .top nav { flex-wrap: wrap; row-gap: .15rem; }
        .top nav a[aria-current] { color: var(--ink); font-weight: 600; text-decoration: underline; text-decoration-thickness: 2px;
          text-underline-offset: .35em; text-decoration-color: var(--accent); }
        .soft { color: var(--soft); }
        .small { padding: .15rem .55rem; font-size: .85rem; }
        .large { font-size: 1.4rem; }
        .narrow.left { margin: 0 0 1.5rem; max-width: 36rem; }
        .title + .problem, .problem + .problem, .problem + .split, .problem + .rows { margin-top: 0; }
        .problem { margin-bottom: 1.1rem; }
        .card .problem, .narrow .problem { margin-bottom: 0; }
        .rows + .hint { margin: 1rem 0 0; }
        .rows button { white-space: nowrap; }
        .rows tbody th:has(bdi) { min-width: 11rem; }
        .card > input[type="hidden"] + .grid, .card > input[type="hidden"] + h2 { margin-top: 0; }
        .card > input[type="hidden"] + input[type="hidden"] { margin: 0; }
        .boxes .wide .note { display: block; }
        .card h2 { overflow-wrap: anywhere; }
        .buttons { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; }
        .more { display: flex; flex-wrap: wrap; gap: 1rem; align-items: center; margin-top: 1rem; }
        .plain { display: grid; gap: .3rem; }
        .plain > li:not(:has(label)) { padding-left: 1rem; border-left: 2px solid var(--line); }
        .split { display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); align-items: start; }
        .split + section { margin-top: 1.5rem; }
        .split + section h2 { margin-bottom: .6rem; }
        .split > * > * + * { margin-top: 1.25rem; }
        .split > .card > * + * { margin-top: .85rem; }
        @media (min-width: 62rem) {
          .split { grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); }
          .split.even { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
        }

        .grid { display: grid; gap: .8rem 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr)); align-items: start; }
        .card .grid > .field + .field { margin-top: 0; }
        .split .grid { grid-template-columns: repeat(auto-fill, minmax(min(100%, 16rem), 1fr)); }
        .filters { margin-bottom: 1.25rem; }
        .field select { min-height: 2.35rem; }
        .field > button[aria-pressed] { margin-top: .4rem; }
        fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
        legend { font-weight: 600; padding: 0; margin-bottom: .45rem; }
        .boxes ul { display: grid; gap: .3rem 1rem; }
        .boxes ul.wide { grid-template-columns: repeat(auto-fill, minmax(min(100%, 16rem), 1fr)); }
        .box { display: flex; gap: .55rem; align-items: baseline; }
        .box input { flex: none; }
        .box > span { min-width: 0; overflow-wrap: anywhere; }
        .tick { flex: none; padding: .15rem; }
        thead .tick { margin-right: .5rem; }
        .ticked { display: flex; gap: .5rem; }
        .ticked > div { min-width: 0; }
        input[type="checkbox"] { width: 1rem; height: 1rem; accent-color: var(--accent); vertical-align: -.12em; }
        .bulk { display: flex; flex-wrap: wrap; gap: .8rem 1rem; align-items: end; margin-top: 1.25rem; padding: 1rem 1.2rem;
          background: var(--sheet); border: 1px solid var(--line); border-radius: 8px; }
        .bulk legend { float: left; width: 100%; margin: 0; }
        .bulk .field { margin: 0; min-width: min(100%, 14rem); }
        .bulk .help { flex-basis: 100%; margin: 0; }
        .inline { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; }
        button[name="only"] { margin: 0; }
        .inline .field { flex: 1 1 12rem; }
        .inline .field + button { margin-top: 0; }
        .rows + button, .rows + .more + button { margin-top: .8rem; }
        button.button.delete { background: var(--delete-wash); color: var(--delete); border-color: var(--delete); }

        .rows th, .rows td { padding: .55rem .8rem; }
        .rows td:has(bdi) { min-width: 8rem; }
        .rows code { overflow-wrap: anywhere; }
        .rows thead th { white-space: nowrap; }
        .rows thead a { color: inherit; }
        .rows .about { display: block; color: var(--soft); font-size: .88rem; }
        .rows time { white-space: nowrap; font-variant-numeric: tabular-nums; }
        .rows + .empty, p.empty { border: 1px solid var(--line); border-radius: 8px; background: var(--sheet); }
        .card .rows { border-radius: 6px; }
        .agent { font-size: .85rem; color: var(--soft); }
        .changes { display: grid; gap: .15rem; }
        .changes b { font-weight: 600; }
        .badge { display: inline-block; font-size: .78rem; line-height: 1.3; padding: .1rem .4rem; border: 1px solid currentColor;
          border-radius: 4px; margin-right: .3rem; white-space: nowrap; }
        .facts { display: grid; gap: .45rem; }
        .facts > div { display: grid; grid-template-columns: minmax(5rem, 8rem) minmax(0, 1fr); gap: .6rem; }
        .facts dt { color: var(--soft); }
        .facts dd { overflow-wrap: anywhere; min-width: 0; }
        .state::before { content: ""; display: inline-block; width: .6rem; height: .6rem; border-radius: 50%; margin-right: .5rem;
          background: currentColor; }
        .findings { display: grid; gap: .8rem; }
        .findings p { margin-top: .2rem; }

        .chart { display: block; width: 100%; height: auto; }
        .chart text { fill: var(--soft); font: 10px var(--sans); }
        .grid-line { stroke: var(--line); stroke-width: 1; }
        .chart .logged-in { fill: var(--accent); }
        .chart .refused { fill: var(--delete); }
        .legend { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem .5rem; font-size: .9rem; }
        .legend .soft { margin-left: auto; }
        .key { width: .8rem; height: .8rem; border-radius: 2px; background: var(--accent); }
        .key.refused { background: var(--delete); margin-left: .6rem; }

        @media (max-width: 48rem) {
          .rows, .rows tbody, .rows tr, .rows th, .rows td { display: block; }
          .rows thead { display: none; }
          .rows tbody tr + tr { border-top: 1px solid var(--strong); }
          .rows th, .rows td { border: 0; padding: .3rem .9rem; }
          .rows tbody th { padding-top: .7rem; font-weight: 600; }
          .rows tr > :last-child { padding-bottom: .7rem; }
          .rows td:has(> div:empty) { display: none; }
          .rows td { display: grid; grid-template-columns: 6rem minmax(0, 1fr); gap: .6rem; }
          .rows td::before { content: attr(data-label); color: var(--soft); font-size: .88rem; }
          .rows td:has(bdi), .rows tbody th:has(bdi) { min-width: 0; }
          .rows time { white-space: normal; }
          .chart text { font-size: 22px; }
          .facts > div { grid-template-columns: minmax(0, 1fr); gap: 0; }
        }

        """
}
