// Which language the page speaks: the person's choice, else the browser's.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import en from "./en.json";
import { readStored, writeStored } from "../storage";

export type Language = "en" | "zh-CN";

export function isLanguage(value: unknown): value is Language {
  return value === "en" || value === "zh-CN";
}

export function browserLanguage(): Language {
  return /^zh/i.test(navigator.language) ? "zh-CN" : "en";
}

function startLanguage(): Language {
  const saved = readStored("language");
  return isLanguage(saved) ? saved : browserLanguage();
}

async function load(language: Language): Promise<void> {
  if (language !== "en" && !i18next.hasResourceBundle(language, "translation")) {
    const bundle = await import("./zh-CN.json");
    i18next.addResourceBundle(language, "translation", bundle.default);
  }
  await Promise.all([...rooms].map((room) => loadRoom(room, language)));
}

/** The texts of a part of the page that is loaded when it is first needed: one file a language, below one key. */
export type RoomTexts = Record<Language, () => Promise<{ default: object }>>;

const rooms = new Set<RoomTexts>();
const loadedTexts = new Set<() => Promise<unknown>>();

/** Adds a part's texts, now and whenever another language is chosen. */
export async function addTexts(room: RoomTexts): Promise<void> {
  rooms.add(room);
  await Promise.all([loadRoom(room, "en"), isLanguage(i18next.language) ? loadRoom(room, i18next.language) : null]);
}

async function loadRoom(room: RoomTexts, language: Language): Promise<void> {
  const fetchTexts = room[language];
  if (loadedTexts.has(fetchTexts)) return;
  const bundle = await fetchTexts();
  loadedTexts.add(fetchTexts);
  i18next.addResourceBundle(language, "translation", bundle.default, true);
}

export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: { en: { translation: en } },
    lng: "en",
    fallbackLng: "en",
    interpolation: { escapeValue: false },
    returnNull: false,
    showSupportNotice: false,
  });
  await showLanguage(startLanguage());
}

async function showLanguage(language: Language): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

/** Switches now and remembers; an empty choice follows the browser. */
export async function chooseLanguage(choice: Language | ""): Promise<void> {
  writeStored("language", choice === "" ? null : choice);
  await showLanguage(choice === "" ? browserLanguage() : choice);
}
