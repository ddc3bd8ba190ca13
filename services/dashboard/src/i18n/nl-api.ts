// SPDX-License-Identifier: Apache-2.0
// What the API says in English words, in Dutch. What is missing here is shown as the API says it.
import type { Source } from "../api/types";

export const sourceTexts: Partial<Record<Source, string>> = {
  INDEED: "Indeed: bedrijven met meerdere open vacatures, geteld over alle pagina's en trefwoorden",
  KVK: "KvK Handelsregister: Nederlandse bedrijven op naam of plaats, en nieuwe in gekozen branches (SBI-codes) als de API mag worden gevraagd; wie geen post wil, wordt met rust gelaten",
  LINKEDIN: "LinkedIn: openbare zoekpagina's en pagina's van bedrijven; traag, en dicht voor wie te vaak vraagt",
  TECHLEAP: "Techleap: Nederlandse start-ups en scale-ups, en wie financiering heeft",
  DEALROOM: "Dealroom: start-ups en scale-ups per land, met hun financiering",
  GOOGLE_PLACES: "Google Places: bedrijven van een bedrijfstak in een plaats, met telefoon en website",
  JUSTDIAL: "Justdial: bedrijven van een bedrijfstak in een plaats, met hun telefoonnummers",
  APOLLO: "Apollo: bedrijven op branche, grootte en plaats, uit de eigen database van Apollo",
};

/** Why two companies are one, may be, or are not any more (services/scraper/match). */
export const reasons: Readonly<Record<string, string>> = {
  "by a person": "door een persoon",
  "taken apart": "uit elkaar gehaald",
  "through another record": "via een andere vermelding",
  "same domain": "zelfde domein",
  "different domains": "verschillende domeinen",
  "same registration number": "zelfde registratienummer",
  "same registration number, different domains": "zelfde registratienummer, verschillende domeinen",
  "different registration numbers": "verschillende registratienummers",
  "different countries": "verschillende landen",
  "same phone and name": "zelfde telefoonnummer en naam",
  "same phone, different names": "zelfde telefoonnummer, verschillende namen",
  "same name": "zelfde naam",
  "same words": "zelfde woorden",
  "a slip in a word": "een tikfout in een woord",
  "a word is spelt differently": "een woord is anders gespeld",
  "a name that many have, in two towns": "een naam die velen hebben, in twee plaatsen",
  "only one has another word of its own": "slechts één heeft nog een eigen woord",
  "only one names a town": "slechts één noemt een plaats",
  "only one names this trade": "slechts één noemt deze bedrijfstak",
};
