// SPDX-License-Identifier: Apache-2.0

/// The one style sheet.
let styleSheet = """
    :root { color-scheme: light dark; --ink: #1c2430; --paper: #fff; --soft: #f1f3f6; --line: #c3cad4;
      --link: #0b57a4; --good: #1d6b3a; --bad: #a4201c; --wait: #855000; --focus: #b45309; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e6e9ee; --paper: #14181f; --soft: #1f2630; --line: #45505f;
        --link: #8cc1ff; --good: #7fd39b; --bad: #ff9d98; --wait: #f2c26b; --focus: #fbbf24; }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
    header, main { max-width: 76rem; margin: 0 auto; padding: .6rem 1rem; }
    header { display: flex; flex-wrap: wrap; gap: .4rem 1.4rem; align-items: baseline;
      border-bottom: 1px solid var(--line); }
    header form { margin-left: auto; }
    header nav { display: flex; flex-wrap: wrap; gap: .2rem 1rem; }
    main { padding-bottom: 4rem; }
    main:focus { outline: none; }
    .name { font-weight: 700; letter-spacing: .04em; }
    .skip { position: absolute; left: -100rem; background: var(--paper); padding: .5rem 1rem; }
    .skip:focus { left: .5rem; top: .5rem; }
    a { color: var(--link); }
    a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, summary:focus-visible {
      outline: 3px solid var(--focus); outline-offset: 2px; }
    h1 { font-size: 1.5rem; line-height: 1.25; margin: .8rem 0; overflow-wrap: anywhere; }
    h2 { font-size: 1.15rem; margin: 1.6rem 0 .4rem; }
    h3 { font-size: 1rem; margin: 1rem 0 .2rem; }
    table { border-collapse: collapse; width: 100%; }
    caption { text-align: left; font-weight: 600; padding: .3rem 0; }
    th, td { border-bottom: 1px solid var(--line); padding: .35rem .5rem; text-align: left; vertical-align: top;
      overflow-wrap: anywhere; }
    td[class] { overflow-wrap: normal; border-color: var(--line); }
    th { white-space: nowrap; }
    dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .1rem 1rem; margin: .4rem 0; }
    dt { font-weight: 600; }
    dd { margin: 0; overflow-wrap: anywhere; }
    pre { background: var(--soft); padding: .8rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
    code { overflow-wrap: anywhere; }
    button, input, select { font: inherit; color: inherit; background: var(--soft); border: 1px solid var(--line);
      border-radius: .3rem; padding: .35rem .7rem; max-width: 100%; min-height: 2.2rem; }
    button { cursor: pointer; }
    input[type=checkbox] { min-height: 0; }
    label { display: block; }
    label.inline { display: inline; }
    .filter { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: end; margin: .8rem 0; }
    .narrow { max-width: 24rem; }
    .narrow input { width: 100%; }
    .verdict { font-size: 1.1rem; border-left: .3rem solid var(--line); padding: .4rem .8rem; background: var(--soft); }
    .good { border-color: var(--good); color: var(--good); }
    .bad, .problem { border-color: var(--bad); color: var(--bad); }
    .wait { border-color: var(--wait); color: var(--wait); }
    .problem { border-left: .3rem solid; padding: .4rem .8rem; background: var(--soft); }
    .quiet { opacity: .85; }
    .actions form { border: 1px solid var(--line); border-radius: .3rem; padding: .2rem .8rem .8rem; margin: .8rem 0; }
    .actions p { margin: .4rem 0; }
    @media (max-width: 40rem) {
      .wide thead { position: absolute; left: -100rem; }
      .wide tr, .wide td, .wide th { display: block; border: 0; padding: .1rem 0; white-space: normal; }
      .wide tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
      dl { grid-template-columns: 1fr; }
      dd { margin-bottom: .4rem; }
    }
    """
