"use strict";
// A review in one page. `session`, `suggested` and `judged` follow review/session.py,
// cards/grade.py and cards/quantity.py; tests hold them equal.

const data = JSON.parse(document.getElementById("data").textContent);
data.cards = data.cards.map(({ siblings = [], answers = [], number = null, points, ...card }) => ({
  ...card, siblings, answers, number, points: points.map(([key, required]) => ({ key, required })),
}));
const KEY = `contrastive-drill:${data.page}`;
const byId = id => document.getElementById(id);
const articles = data.cards.map((_, place) => byId(`card-${place}`));
for (const article of articles) {
  article.querySelectorAll("fieldset input").forEach((box, place) => { box.dataset.point = place; });
}
const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

// The card to ask now, and how far the session is, after these answers on a day.
function session(cards, answers, day, repeats, retryAfter) {
  let next = 0, step = 0, retries = [], last = null;
  const known = new Map(cards.map(card => [card.id, card]));
  for (const { card, rating } of answers) {
    last = known.get(card);
    if (!last) continue;
    if (cards[next] === last) next += 1;
    else retries = retries.filter(each => each.card !== last);
    step += 1;
    if (rating === 1 && repeats) retries.push({ card: last, from: step + retryAfter });
  }
  const total = cards.filter(card => card.day <= day).length;
  let current = next < total ? cards[next] : null;
  if (retries.length) {
    const { card, from } = retries[0];
    const apart = ![current, last].some(each => each && card.siblings.includes(each.id));
    if (!current || (from <= step && apart)) current = card;
  }
  return { current, done: next - retries.length, total: Math.max(total, next), retries: retries.length };
}

// The rating for an answer; `right` is null where only the learner can judge.
function suggested(points, ticked, right, fast) {
  const required = points.filter(point => point.required);
  const missed = required.filter(point => !ticked.includes(point.key)).length;
  if (right !== null) return !right ? 1 : fast || !missed ? 4 : 3;
  if (3 * (required.length - missed) < 2 * required.length) return 1;
  if (missed) return 2;
  return required.length < points.length && points.every(point => ticked.includes(point.key)) ? 4 : 3;
}

// Whether an answer is right; null where the learner has to compare: a number in another unit,
// one that can be read in two ways, one near the edge of what is accepted.
function judged(card, typed) {
  if (typed === null) return null;
  if (card.answers.length) return typed === card.right;
  const number = card.number;
  const found = /^[~≈]?\s*([-−]?)(\d{1,15})(?:\.(\d{1,15}))?(?:[eE]([-+]?\d{1,2}))?\s*(.*)$/.exec(typed.trim());
  if (!number || !found) return null;
  const [, minus, whole, decimals = "", power = "0", unit] = found;
  if (unit && unit !== number.unit) return null;
  let value = Number(`${minus && "-"}${whole}.${decimals || 0}e${power}`);
  let half = 0.5 * 10 ** (power - decimals.length);
  if (!decimals) half *= 10 ** /0*$/.exec(whole)[0].length;
  if (!unit && number.scale > 1) {
    const most = Math.abs(number.value) * Math.sqrt(number.scale);
    if (Math.abs(value / most - 1) < 1e-6) return null;
    if (Math.abs(value) > most) { value /= number.scale; half /= number.scale; }
  }
  const off = Math.abs(value - number.value), edge = 1e-6 * (number.slack + Math.abs(number.value));
  if (off < number.slack - edge || off === 0) return true;
  const twofold = decimals.length === 3 && /^[1-9]\d{0,2}$/.test(whole);
  return off > Math.max(number.slack, half) + edge && !twofold ? false : null;
}

// The day of study, which begins at an hour of this clock.
function studyDay(now = new Date()) {
  const at = new Date(now.getFullYear(), now.getMonth(), now.getDate(), now.getHours() - data.rollover);
  const two = number => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map(byte => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function handedBack() {
  const lines = [{ "contrastive-drill answers": 1, page: data.page }, ...state.answers];
  return lines.map(line => JSON.stringify(line)).join("\n") + "\n";
}

// What is kept: the answers, how each was come by, and the card at hand as far as it got.
let state = { answers: [], before: [], now: null, until: data.day, keys: true };
let stored = true, since = null, panel = false, shown = null, fileUrl = null;

function load() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) || "{}");
    if (Array.isArray(found.answers) && Array.isArray(found.before)) state = { ...state, ...found };
  } catch (error) {
    stored = !(error instanceof DOMException || error instanceof TypeError);
  }
}

function save() {
  try {
    localStorage.setItem(KEY, JSON.stringify(state));
    stored = true;
  } catch {
    stored = false;
  }
  byId("notice").hidden = stored;
}

// Seconds with the card, while the page was seen.
function spent() {
  return state.now.spent + (since === null ? 0 : (performance.now() - since) / 1000);
}

function pause(seen) {
  if (state.now) state.now.spent = spent();
  since = seen ? performance.now() : null;
}

function here() {
  const day = [studyDay(), state.until].sort()[1];
  return session(data.cards, state.answers, day, data.repeats, data.retryAfter);
}

function verdict(card) {
  const { ticked, typed, revealed } = state.now;
  const right = judged(card, typed);
  return { right, rating: suggested(card.points, ticked, right, revealed <= card.fast) };
}

function render(focus) {
  const { current, done, total, retries } = here();
  const card = panel ? null : current;
  if (current && (!state.now || state.now.card !== current.id)) {
    state.now = { card: current.id, revealed: null, ticked: [], typed: null, spent: 0 };
    since = document.hidden ? null : performance.now();
  }
  const article = card && articles[data.cards.indexOf(card)];
  if (shown && shown !== article) shown.hidden = true;
  if (article && (shown !== article || focus === "question")) begin(article);
  shown = article;
  byId("panel").hidden = Boolean(card);
  byId("menu").setAttribute("aria-expanded", String(!card));
  byId("count").textContent = `${done} of ${total}${retries ? `, ${retries} again` : ""}`;
  byId("progress").max = total || 1;
  byId("progress").value = done;
  byId("undo").disabled = panel || !(state.answers.length || (current && state.now.revealed !== null));
  byId("menu").disabled = !current;
  document.querySelector("footer").hidden = !card;
  byId("show").hidden = !card || state.now.revealed !== null;
  byId("rate").hidden = !card || state.now.revealed === null;
  if (card) draw(card, article);
  else list(current);
  save();
  if (focus === "question") scrollTo(0, 0);
  if (focus) (card ? article.querySelector(focus === "answer" ? "h3" : "h2") : byId("where")).focus();
}

// An article as it is before anything was done with it.
function begin(article) {
  for (const details of article.querySelectorAll("details")) details.open = false;
  const field = article.querySelector("input[type=text]");
  if (field) field.value = state.now.typed ?? "";
}

function draw(card, article) {
  const { revealed, typed, ticked } = state.now, back = revealed !== null;
  article.hidden = false;
  article.querySelector(".back").hidden = !back;
  for (const front of article.querySelectorAll(".front")) front.hidden = back;
  article.querySelectorAll("[data-point]").forEach((box, place) => {
    box.checked = ticked.includes(card.points[place].key);
  });
  fit(article);
  if (!back) return;
  const { right, rating } = verdict(card), words = article.querySelector(".verdict");
  words.hidden = typed === null;
  words.className = `verdict ${right === null ? "stopped" : right ? "held" : "failed"}`;
  words.textContent = card.listed ? (right ? "✓ Your choice is right." : "✗ Your choice is wrong.")
    : right === null ? `You said “${typed}”: compare it yourself.`
    : right ? `✓ You said “${typed}”, and so does the card.` : `✗ You said “${typed}”; the card does not.`;
  article.querySelectorAll(".yours").forEach((mark, place) => {
    mark.hidden = card.answers[place] !== typed;
  });
  for (const button of byId("rate").children) {
    const is = Number(button.dataset.rate) === rating;
    button.classList.toggle("suggested", is);
  }
}

// A formula wider than the page scrolls, and what scrolls is reached by the keyboard.
function fit(article) {
  for (const math of article.querySelectorAll("math:not([display])")) {
    if (math.parentElement.closest(".wide, .long") || math.scrollWidth <= math.parentElement.clientWidth) continue;
    const span = document.createElement("span");
    span.className = "long";
    span.setAttribute("role", "group");
    span.setAttribute("aria-label", "Formula");
    math.replaceWith(span);
    span.append(math);
  }
  for (const box of article.querySelectorAll(".wide, .long")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

// Where the learner stands, and the answers to hand back.
function list(current) {
  const counts = ["Again", "Hard", "Good", "Easy"].map((name, place) =>
    `${state.answers.filter(answer => answer.rating === place + 1).length} ${name}`);
  const later = data.cards.slice(here().total), text = handedBack();
  byId("where").textContent = current ? "Answers so far" : later.length ? "Done for now" : "All done";
  byId("tally").textContent = `${plural(state.answers.length, "answer")}: ${counts.join(", ")}.`;
  byId("later").textContent = later.length ? `${plural(later.length, "card")} for later, the next on ${later[0].day}.` : "";
  document.querySelector("[data-do=early]").hidden = Boolean(current) || !later.length;
  document.querySelector("[data-do=back]").hidden = !current;
  byId("hand-back").hidden = !state.answers.length;
  byId("answers").value = text;
  byId("keys").checked = state.keys;
  if (fileUrl) URL.revokeObjectURL(fileUrl);
  fileUrl = URL.createObjectURL(new Blob([text], { type: "application/x-ndjson" }));
  byId("file").href = fileUrl;
  byId("file").download = `contrastive-drill-answers-${studyDay()}.jsonl`;
}

function say(words) {
  byId("said").textContent = words;
}

const actions = {
  show(typed = null) {
    const field = shown.querySelector("input[type=text]");
    state.now.typed = field ? field.value.trim() || null : typed;
    state.now.revealed = spent();
    render("answer");
    say(shown.querySelector(".verdict").hidden ? "" : shown.querySelector(".verdict").textContent);
  },
  tick(place) {
    const { key } = here().current.points[place], { ticked } = state.now;
    state.now.ticked = ticked.includes(key) ? ticked.filter(each => each !== key) : [...ticked, key];
    render();
    say(`Suggested: ${document.querySelector(".suggested").firstChild.textContent.trim()}`);
  },
  rate(rating) {
    const { current } = here(), { ticked, typed } = state.now;
    const covered = current.points.filter(point => ticked.includes(point.key)).map(point => point.key);
    const missed = current.points.filter(point => point.required && !covered.includes(point.key));
    const unseen = rating > 1 && !covered.length;  // nobody looked at the points
    state.answers.push({
      id: newId(), card: current.id, rating, at: new Date().toISOString(), day: studyDay(),
      seconds: Math.round(10 * Math.min(spent(), current.longest)) / 10,
      covered, missed: unseen ? [] : missed.map(point => point.key), typed,
    });
    state.before.push({ ...state.now, spent: spent() });
    state.now = null;
    render("question");
    say(`Saved as ${["Again", "Hard", "Good", "Easy"][rating - 1]}. ${byId("count").textContent}.`);
  },
  undo() {
    if (state.now && state.now.revealed !== null) {
      state.now = { ...state.now, spent: spent(), revealed: null };
      since = performance.now();
    } else if (state.answers.length) {
      state.answers.pop();
      state.now = state.before.pop();
      since = performance.now();
    }
    render("question");
    say("Taken back.");
  },
  menu() {
    panel = !panel && here().current !== null;
    render("question");
  },
  back() {
    panel = false;
    render("question");
  },
  early() {
    state.until = data.cards[here().total].day;
    actions.back();
  },
  async copy() {
    const text = byId("answers");
    try {
      await navigator.clipboard.writeText(text.value);
    } catch {
      text.focus();
      text.select();
      if (!document.execCommand("copy")) return say("Select the text and copy it.");
    }
    say("Copied.");
    document.querySelector("[data-do=copy]").textContent = "Copied";
  },
};

document.addEventListener("click", event => {
  const button = event.target.closest("[data-do], [data-rate], [data-answer]");
  if (!button) return;
  if (button.dataset.rate) actions.rate(Number(button.dataset.rate));
  else if (button.dataset.answer) actions.show(here().current.answers[button.dataset.answer]);
  else actions[button.dataset.do]();
});
document.addEventListener("change", event => {
  if (event.target.dataset.point) actions.tick(Number(event.target.dataset.point));
  else if (event.target.id === "keys") { state.keys = event.target.checked; save(); }
});
document.addEventListener("keydown", event => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (target.matches("input[type=text]")) {
    if (key === "Enter") { event.preventDefault(); actions.show(); }
    return;
  }
  if (!state.keys || !shown || target.matches("textarea")) return;
  const onControl = target.matches("button, input, summary, a"), back = state.now.revealed !== null;
  const { current } = here(), place = Number(key) - 1, rating = "ahge".indexOf(key) + 1;
  if (key === "u" && !byId("undo").disabled) actions.undo();
  else if (!back && (key === " " || key === "Enter") && !onControl) actions.show();
  else if (!back && current.answers[place] !== undefined) actions.show(current.answers[place]);
  else if (back && key === "Enter" && !onControl) actions.rate(verdict(current).rating);
  else if (back && current.points[place]) actions.tick(place);
  else if (back && key.length === 1 && rating) actions.rate(rating);
  else return;
  event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  pause(!document.hidden);
  if (document.hidden) save();
  else render();
});
addEventListener("pagehide", () => { pause(false); save(); });
addEventListener("resize", () => { if (shown) fit(shown); });
addEventListener("storage", event => {  // the page is open twice
  if (event.key === KEY) { load(); render(); }
});
addEventListener("beforeunload", event => {
  if (!stored && state.answers.length) event.preventDefault();
});

load();
if (state.now) since = document.hidden ? null : performance.now();
render();
