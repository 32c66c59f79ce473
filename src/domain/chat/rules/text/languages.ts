import { dictionary } from './dictionary.ts';
import { monthNames, weekdayNames } from './names.ts';

/**
 * Date words of other languages, with their English equivalents. They apply only if the sentence has a word that is
 * unique to that language (`signs`), so "am", "an" or "a" in an English sentence are safe. There are no words for
 * changing or deleting: in other languages, only tasks and reminders can be created.
 */
type Language = { signs: string; words: Record<string, string> };

const inOrder = (names: readonly string[]) => (list: string) =>
  dictionary(
    list
      .split(' ')
      .map((forms, index) => `${names[index]}: ${forms.replaceAll('|', ' ')}`)
      .join(),
  );
const weekdays = inOrder(weekdayNames);
const months = inOrder(monthNames);

const languages: Language[] = [
  {
    signs:
      'heute ubermorgen montag dienstag mittwoch donnerstag freitag samstag sonntag uhr stunde stunden taglich jeden jede erinnere halb morgen wochen naechste nachste',
    words: {
      ...weekdays('montag dienstag mittwoch donnerstag freitag samstag|sonnabend sonntag'),
      ...months('januar februar marz april mai juni juli august september oktober november dezember'),
      ...dictionary(`
        today: heute, tomorrow: morgen, day after tomorrow: ubermorgen, at: um gegen, on: am, by: bis, oclock: uhr,
        hour: stunde stunden, minute: minute minuten, day: tag tage tagen, week: woche wochen, month: monat monaten,
        1: einer einem eine eins, 2: zwei, 3: drei, 4: vier, 5: funf, 6: sechs, 7: sieben, 8: acht, 9: neun, 10: zehn,
        11: elf, 12: zwolf, halb: halb, every: jeden jede, daily: taglich, next: nachsten nachste, morning: fruh,
        evening: abend, afternoon: nachmittag, noon: mittag, remind: erinnere, me: mich, about: an, the: die den das
      `),
    },
  },
  {
    signs:
      "demain aujourd'hui apres-demain lundi mardi mercredi jeudi vendredi samedi dimanche heures chaque rappelle rappelle-moi soir",
    words: {
      ...weekdays(
        'lundi|lundis mardi|mardis mercredi|mercredis jeudi|jeudis vendredi|vendredis samedi|samedis dimanche|dimanches',
      ),
      ...months('janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre'),
      ...dictionary(`
        today: aujourd'hui, tomorrow: demain, day after tomorrow: apres-demain, at: a, on: le, in: dans,
        oclock: h heures, hour: heure, minute: minutes, day: jours jour, week: semaine semaines, 1: une un, 2: deux,
        3: trois, noon: midi, midnight: minuit, morning: matin, evening: soir, this: ce, every: chaque tous, : les,
        remind me: rappelle-moi, coming: prochain prochaine
      `),
    },
  },
  {
    signs: 'manana hoy lunes martes miercoles jueves viernes sabado domingo cada recordatorio recuerdame horas',
    words: {
      ...weekdays('lunes martes miercoles jueves viernes sabado|sabados domingo|domingos'),
      ...months('enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre'),
      ...dictionary(`
        today: hoy, tomorrow: manana, at: a al, : las la los, on: el, of: de, in: en dentro por, hour: hora horas,
        minute: minutos, day: dias dia, week: semana semanas, 1: una, 2: dos, 3: tres, every: cada todos,
        noon: mediodia, midnight: medianoche, afternoon: tarde, night: noche, this: esta, reminder: recordatorio,
        remind me: recuerdame, next: proximo proxima
      `),
    },
  },
  {
    signs:
      'domani oggi dopodomani lunedi martedi mercoledi giovedi venerdi sabato domenica ogni stasera alle ricordami',
    words: {
      ...weekdays('lunedi martedi mercoledi giovedi venerdi sabato domenica'),
      ...months('gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre'),
      ...dictionary(`
        today: oggi, tomorrow: domani, day after tomorrow: dopodomani, at: alle all, on: il, in: tra fra, by: entro,
        hour: ora ore, minute: minuti, day: giorni giorno, week: settimana settimane, 1 hour: un'ora, 2: due, 3: tre,
        every: ogni, tonight: stasera, morning: mattina, evening: sera, afternoon: pomeriggio, noon: mezzogiorno,
        midnight: mezzanotte, remind me: ricordami, coming: prossimo prossima
      `),
    },
  },
  {
    signs: 'amanha hoje segunda-feira terca-feira quarta-feira quinta-feira sexta-feira dia todo toda lembre-me',
    words: {
      ...weekdays(
        'segunda-feira|segunda terca-feira|terca quarta-feira|quarta quinta-feira|quinta sexta-feira|sexta sabado domingo',
      ),
      ...months('janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro'),
      ...dictionary(`
        today: hoje, tomorrow: amanha, at: as, oclock: h horas, in: em, of: de, every: todo toda todos, : os,
        day: dia dias, noon: meio-dia, remind me: lembre-me, night: noite, afternoon: tarde, next: proxima
      `),
    },
  },
  {
    signs:
      'завтра сегодня послезавтра понедельник вторник среду среда четверг пятницу пятница субботу суббота воскресенье каждый каждую через напомни',
    words: {
      ...weekdays('понедельник вторник среда|среду четверг пятница|пятницу суббота|субботу воскресенье'),
      ...months('января февраля марта апреля мая июня июля августа сентября октября ноября декабря'),
      ...dictionary(`
        today: сегодня, tomorrow: завтра, day after tomorrow: послезавтра, at: в во, in: через, by: к, oclock: часов,
        hour: часа, 1 hour: час, minute: минут, day: дня днеи день, 1 week: неделю, every: каждый каждую, am: утра,
        pm: вечера, morning: утром, evening: вечером, remind: напомни, me: мне
      `),
    },
  },
  {
    signs: 'vandaag overmorgen maandag dinsdag woensdag donderdag vrijdag zaterdag zondag elke herinner',
    words: {
      ...weekdays('maandag dinsdag woensdag donderdag vrijdag zaterdag zondag'),
      ...dictionary(`
        today: vandaag, tomorrow: morgen, day after tomorrow: overmorgen, at: om, on: op, oclock: uur, every: elke,
        day: dag, in: over
      `),
    },
  },
  {
    signs: 'غدا اليوم الساعة',
    words: {
      ...weekdays('الاثنين الثلاثاء الاربعاء الخميس الجمعة السبت الاحد'),
      ...dictionary('tomorrow: غدا, today: اليوم, at: الساعة'),
    },
  },
  {
    signs: 'jutro dzis dzisiaj pojutrze',
    words: dictionary('tomorrow: jutro, today: dzis dzisiaj, day after tomorrow: pojutrze, at: o'),
  },
  { signs: 'yarın yarin bugun', words: dictionary('tomorrow: yarın yarin, today: bugun') },
  { signs: 'imorgon idag', words: dictionary('tomorrow: imorgon, today: idag, at: kl') },
  { signs: 'מחר היום', words: dictionary('tomorrow: מחר, today: היום') },
  { signs: 'besok lusa', words: dictionary('tomorrow: besok, day after tomorrow: lusa, at: jam') },
  { signs: 'کل آج कल आज', words: dictionary('tomorrow: کل कल, today: آج आज') },
  { signs: 'lana karna karni karo karne hai jana dena lena kharidna', words: dictionary('tomorrow: kal, today: aaj') },
];

// If two languages share a sign ("morgen"), both apply; the first one that knows a word is used.
const signs = languages.map((language) => new Set(language.signs.split(' ')));
const hints = new Set(['dia', 'todo', 'toda', 'alle', 'jam', 'jede']);

/** Translates a folded word of this sentence (given the folded word before it); null keeps it. */
export function foreignWords(folded: string[]): (word: string, before: string | undefined) => string | null {
  const spoken = languages.filter((_, index) => evidence(folded, signs[index] ?? new Set()) > 1);
  if (spoken.length === 0) return () => null;
  return (word, before) => {
    // "9 am" stays a time in a German sentence.
    if (word === 'am' && before !== undefined && /\d$/.test(before)) return null;
    for (const { words } of spoken) if (Object.hasOwn(words, word)) return words[word] ?? null;
    return null;
  };
}

/** One unique sign is sufficient; a sign that other languages share needs a second one. */
function evidence(folded: string[], of: Set<string>): number {
  return folded.reduce((sum, word) => sum + (of.has(word) ? (hints.has(word) ? 1 : 2) : 0), 0);
}
