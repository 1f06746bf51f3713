// How does a person choose the country of their number?
//
// A button before the field opens a list with a field to search it: the combobox of the ARIA Authoring Practices Guide, whose focus
// stays in the search. The browser knows popovers, what countries are called, and in which order. All of it is script because it is
// the browser's doing anyway: in Wasm it would be three times as much to download.
// Not here: what a number looks like and which one it is. That is Rust, which hears of the country here.

/** Puts the button before the field, and the list beside the form. `tell` hands lines about a country on; returns what Rust calls. */
export function countries(root, tell) {
  const number = root.querySelector("#number");
  const flag = make("span", { "aria-hidden": true });
  const callingCode = make("span", { dir: "ltr" });
  const button = make(
    "button",
    { id: "country", part: "country", type: "button", popovertarget: "countries", "aria-haspopup": "dialog" },
    flag,
    callingCode,
  );
  const search = make("input", {
    id: "search",
    part: "search",
    role: "combobox",
    "aria-expanded": true,
    "aria-controls": "list",
    "aria-autocomplete": "list",
    autocomplete: "off",
    autofocus: "",
    enterkeyhint: "done",
    spellcheck: false,
  });
  const list = make("ul", { id: "list", role: "listbox" });
  const none = make("p", { part: "message status", role: "status" });
  const panel = make("div", { id: "countries", part: "countries", role: "dialog", popover: "" }, search, list, none);
  const row = make("div", { class: "number" });
  number.replaceWith(row);
  row.append(button, number);
  root.append(panel);

  let [origin, texts, iso, code, choosable] = [];
  let typed;
  let served;
  let rows = [];
  let pointed;

  search.oninput = filter;
  search.onkeydown = press;
  list.onclick = ({ target }) => choose(rows.find(({ node }) => node.contains(target)));
  panel.ontoggle = ({ newState }) => newState === "open" && open();
  if (!panel.showPopover) {
    // A browser of before 2024: a part of the page.
    panel.removeAttribute("popover");
    panel.hidden = true;
    button.onclick = () => {
      panel.hidden = !panel.hidden;
      if (panel.hidden) return;
      search.focus();
      open();
    };
  }
  return { at, dialled };

  /** Where numbers are from, and what is said about it. Rust says so whenever it shows something. */
  function at(...now) {
    const before = [origin, texts, iso];
    let locked;
    [origin, texts, iso, code, choosable, locked] = now;
    button.hidden = !choosable;
    button.disabled = locked;
    if (before[0] !== origin) served = undefined;
    if (before[0] !== origin || before[2] !== iso) learn(iso);
    if (before[1] === texts && before[2] === iso) return;
    flag.textContent = flagOf(iso);
    callingCode.textContent = `+${code}`;
    button.ariaLabel = `${texts.country}: ${namesIn(texts.lang).of(iso)} +${code}`;
    panel.lang = texts.lang;
    panel.dir = texts.dir;
    panel.ariaLabel = list.ariaLabel = texts.country;
    search.ariaLabel = search.placeholder = texts.searchCountries;
  }

  /** Somebody typed these digits after the `+`, or a number without: they say which country it is about. */
  async function dialled(digits) {
    typed = digits;
    if (!choosable || (!served && (digits.startsWith(code) || code.startsWith(digits)))) return;
    const all = await everywhere();
    // More was typed meanwhile.
    if (typed !== digits) return;
    const sharing = all.filter(([, code]) => digits.startsWith(code));
    const rest = digits.slice(sharing[0]?.[1].length);
    const open = sharing.filter(([, , leading]) => !leading);
    const found =
      sharing.find(([, , leading]) => leading && new RegExp(`^(?:${leading})`).test(rest)) ??
      open.find(([other]) => other === iso) ??
      open[0] ??
      sharing[0];
    if (found && found[0] !== iso) tell(`${found[0]}\n${found[1]}`);
  }

  /** How numbers are written there. Without it they are shown as they are typed. */
  async function learn(wanted) {
    const lines = await look(`/${wanted}`);
    if (lines && wanted === iso) tell(lines.join("\n"));
  }

  function everywhere() {
    return (served ??= look("").then((it) => {
      if (!it) served = undefined;
      return it?.countries ?? [];
    }));
  }

  /** The same for everybody: without cookies, and the browser may have it already. Nobody waits for it. */
  async function look(path) {
    try {
      const url = `${origin}/v1/countries${path}`;
      const answer = await fetch(url, { __proto__: null, credentials: "omit", redirect: "error" });
      return answer.ok ? await answer.json() : undefined;
    } catch {
      return undefined;
    }
  }

  async function open() {
    search.value = "";
    const all = await everywhere();
    const names = namesIn(texts.lang);
    const { compare } = new Intl.Collator(texts.lang);
    rows = all
      .map(([iso, code]) => {
        const name = names.of(iso);
        const cells = [
          make("span", { "aria-hidden": true }, flagOf(iso)),
          make("span", { dir: "auto" }, name),
          make("span", { dir: "ltr" }, `+${code}`),
        ];
        return { iso, code, name, node: make("li", { id: iso, part: "option", role: "option" }, ...cells) };
      })
      .sort((one, other) => compare(one.name, other.name));
    list.replaceChildren(...rows.map(({ node }) => node));
    filter();
    if (!search.value) point(rows.find((row) => row.iso === iso));
  }

  /** By the beginning of a word of the name, by the two letters, or by a number from there. */
  function filter() {
    const wanted = plain(search.value).trim();
    const digits = wanted.replace(/\D/g, "").replace(/^0+/, "");
    for (const { iso, code, name, node } of rows) {
      const fits = digits
        ? code.startsWith(digits) || digits.startsWith(code)
        : ` ${plain(name)}`.includes(` ${wanted}`) || plain(iso) === wanted;
      node.hidden = !fits;
    }
    const [first] = shown();
    list.hidden = !first;
    none.textContent = first || !rows.length ? "" : texts.noCountry;
    point(first);
  }

  function shown() {
    return rows.filter(({ node }) => !node.hidden);
  }

  function point(row) {
    pointed = row;
    for (const { node } of rows) node.ariaSelected = node === row?.node;
    search.setAttribute("aria-activedescendant", row?.iso ?? "");
    row?.node.scrollIntoView({ __proto__: null, block: "nearest" });
  }

  function press(event) {
    const { key } = event;
    if (event.isComposing) return;
    const all = shown();
    const at = all.indexOf(pointed);
    const last = all.length - 1;
    const to = { __proto__: null, ArrowDown: at < last ? at + 1 : 0, ArrowUp: at > 0 ? at - 1 : last, Home: 0, End: last };
    if (key in to) point(all[to[key]]);
    else if (key === "Enter") choose(pointed);
    else if (key === "Escape" || key === "Tab") close(button);
    else return;
    // From the button on, the tab key goes its way.
    if (key !== "Tab") event.preventDefault();
  }

  function choose(row) {
    if (!row) return;
    const digits = number.value.replace(/^\s*00|\D/g, "");
    // A number with another calling code would lead back to where that is.
    if (/^\s*(\+|00)/.test(number.value) && !digits.startsWith(row.code)) {
      number.value = `+${row.code}${digits.startsWith(code) ? digits.slice(code.length) : ""}`;
    }
    close(number);
    tell(`${row.iso}\n${row.code}`);
  }

  function close(next) {
    if (panel.hidePopover) panel.hidePopover();
    else panel.hidden = true;
    next.focus();
  }
}

function make(tag, attributes, ...children) {
  const node = createElement.call(document, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function namesIn(lang) {
  return new Intl.DisplayNames(lang, { __proto__: null, type: "region" });
}

/** The two letters in the alphabet that browsers draw flags of. */
function flagOf(iso) {
  return String.fromCodePoint(...[...iso].map((letter) => letter.charCodeAt() + 0x1f1a5));
}

/** Without capitals and accents. */
function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
