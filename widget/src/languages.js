// Which language does the element speak, and what does it say in it?
// The build fills in LANGUAGES, the files that there are, and EDITION, which is another one whenever they change.
// Not here: when it says what. That is Rust, which finds a text by its place.

/** What stands between two sentences, and in none: texts::BETWEEN in Rust. */
const BETWEEN = "\0";
/** How many tries are counted: texts::COUNTED in Rust. */
const COUNTED = 9;

const files = new Map();

/** The language of the page around this node, or else the reader's, as far as there is a file of it. */
export function languageOf(node) {
  let page;
  for (let at = node; at && !page; at = at.getRootNode().host) page = at.closest("[lang]")?.lang;
  return (page ? [page] : navigator.languages).map(nearest).find(Boolean) ?? "en";
}

/**
 * What the element says: `said` in the order in which Rust finds it, and `texts` by the names in the file. `own` are the page's texts,
 * by the same names.
 */
export async function sentences(language, base, own) {
  if (!files.has(language)) files.set(language, load(new URL(`sms-login.${language}.json?${EDITION}`, base)));
  try {
    const { triesLeft, ...file } = await files.get(language);
    const texts = { __proto__: null };
    for (const name of Object.keys(file)) texts[name] = `${own[name] ?? file[name]}`;
    const said = Object.values(texts);
    const forms = own.triesLeft ?? triesLeft;
    const rules = new Intl.PluralRules(texts.lang);
    for (let tries = 1; tries <= COUNTED; tries++) {
      const form = forms[rules.select(tries)] ?? forms.other ?? forms;
      said.push(`${form}`.replace("{tries}", tries));
    }
    return { said: said.join(BETWEEN), texts };
  } catch (error) {
    files.delete(language);
    if (language === "en") throw error;
    return sentences("en", base, own);
  }
}

async function load(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

/** Norwegian is written as Bokmål, and Chinese goes by its script. */
function nearest(tag) {
  try {
    const { language, script, region } = new Intl.Locale(tag.replace(/^n[no]\b/i, "nb")).maximize();
    return [`${language}-${region}`, `${language}-${script}`, language].find((it) => LANGUAGES.includes(it));
  } catch {
    // What a page's author wrote there is no language.
  }
}
