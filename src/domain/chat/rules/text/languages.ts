/**
 * Date words of other languages, with their English equivalents. They apply only if the sentence has a word that is
 * unique to that language (`signs`), so "am", "an" or "a" in an English sentence are safe. There are no words for
 * changing or deleting: in other languages, only tasks and reminders can be created.
 */
type Language = { signs: string; words: Record<string, string> };

const weekdays = (list: string): Record<string, string> => {
  const names = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
  return Object.fromEntries(
    list.split(' ').flatMap((forms, index) => forms.split('|').map((form) => [form, names[index] ?? ''])),
  );
};
const months = (list: string): Record<string, string> => {
  const names = 'january february march april may june july august september october november december'.split(' ');
  return Object.fromEntries(list.split(' ').map((form, index) => [form, names[index] ?? '']));
};

const languages: Language[] = [
  {
    signs:
      'heute ubermorgen montag dienstag mittwoch donnerstag freitag samstag sonntag uhr stunde stunden taglich jeden jede erinnere halb morgen wochen naechste nachste',
    words: {
      ...weekdays('montag dienstag mittwoch donnerstag freitag samstag|sonnabend sonntag'),
      ...months('januar februar marz april mai juni juli august september oktober november dezember'),
      heute: 'today',
      morgen: 'tomorrow',
      ubermorgen: 'day after tomorrow',
      um: 'at',
      gegen: 'at',
      am: 'on',
      bis: 'by',
      uhr: 'oclock',
      stunde: 'hour',
      stunden: 'hour',
      minute: 'minute',
      minuten: 'minute',
      tag: 'day',
      tage: 'day',
      tagen: 'day',
      woche: 'week',
      wochen: 'week',
      monat: 'month',
      monaten: 'month',
      einer: '1',
      einem: '1',
      eine: '1',
      eins: '1',
      zwei: '2',
      drei: '3',
      vier: '4',
      funf: '5',
      sechs: '6',
      sieben: '7',
      acht: '8',
      neun: '9',
      zehn: '10',
      elf: '11',
      zwolf: '12',
      halb: 'halb',
      jeden: 'every',
      jede: 'every',
      taglich: 'daily',
      nachsten: 'next',
      nachste: 'next',
      fruh: 'morning',
      abend: 'evening',
      nachmittag: 'afternoon',
      mittag: 'noon',
      erinnere: 'remind',
      mich: 'me',
      an: 'about',
      die: 'the',
      den: 'the',
      das: 'the',
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
      "aujourd'hui": 'today',
      demain: 'tomorrow',
      'apres-demain': 'day after tomorrow',
      a: 'at',
      le: 'on',
      dans: 'in',
      h: 'oclock',
      heures: 'oclock',
      heure: 'hour',
      minutes: 'minute',
      jours: 'day',
      jour: 'day',
      semaine: 'week',
      semaines: 'week',
      une: '1',
      un: '1',
      deux: '2',
      trois: '3',
      midi: 'noon',
      minuit: 'midnight',
      matin: 'morning',
      soir: 'evening',
      ce: 'this',
      chaque: 'every',
      tous: 'every',
      les: '',
      'rappelle-moi': 'remind me',
      prochain: 'coming',
      prochaine: 'coming',
    },
  },
  {
    signs: 'manana hoy lunes martes miercoles jueves viernes sabado domingo cada recordatorio recuerdame horas',
    words: {
      ...weekdays('lunes martes miercoles jueves viernes sabado|sabados domingo|domingos'),
      ...months('enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre'),
      hoy: 'today',
      manana: 'tomorrow',
      a: 'at',
      al: 'at',
      las: '',
      la: '',
      el: 'on',
      de: 'of',
      en: 'in',
      dentro: 'in',
      hora: 'hour',
      horas: 'hour',
      minutos: 'minute',
      dias: 'day',
      dia: 'day',
      semana: 'week',
      semanas: 'week',
      una: '1',
      dos: '2',
      tres: '3',
      cada: 'every',
      todos: 'every',
      los: '',
      mediodia: 'noon',
      medianoche: 'midnight',
      tarde: 'afternoon',
      noche: 'night',
      esta: 'this',
      por: 'in',
      recordatorio: 'reminder',
      recuerdame: 'remind me',
      proximo: 'next',
      proxima: 'next',
    },
  },
  {
    signs:
      'domani oggi dopodomani lunedi martedi mercoledi giovedi venerdi sabato domenica ogni stasera alle ricordami',
    words: {
      ...weekdays('lunedi martedi mercoledi giovedi venerdi sabato domenica'),
      ...months('gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre'),
      oggi: 'today',
      domani: 'tomorrow',
      dopodomani: 'day after tomorrow',
      alle: 'at',
      all: 'at',
      il: 'on',
      tra: 'in',
      fra: 'in',
      entro: 'by',
      ora: 'hour',
      ore: 'hour',
      minuti: 'minute',
      giorni: 'day',
      giorno: 'day',
      settimana: 'week',
      settimane: 'week',
      "un'ora": '1 hour',
      due: '2',
      tre: '3',
      ogni: 'every',
      stasera: 'tonight',
      mattina: 'morning',
      sera: 'evening',
      pomeriggio: 'afternoon',
      mezzogiorno: 'noon',
      mezzanotte: 'midnight',
      ricordami: 'remind me',
      prossimo: 'coming',
      prossima: 'coming',
    },
  },
  {
    signs: 'amanha hoje segunda-feira terca-feira quarta-feira quinta-feira sexta-feira dia todo toda lembre-me',
    words: {
      ...weekdays(
        'segunda-feira|segunda terca-feira|terca quarta-feira|quarta quinta-feira|quinta sexta-feira|sexta sabado domingo',
      ),
      ...months('janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro'),
      hoje: 'today',
      amanha: 'tomorrow',
      as: 'at',
      h: 'oclock',
      horas: 'oclock',
      em: 'in',
      de: 'of',
      todo: 'every',
      toda: 'every',
      todos: 'every',
      os: '',
      dia: 'day',
      dias: 'day',
      'meio-dia': 'noon',
      'lembre-me': 'remind me',
      noite: 'night',
      tarde: 'afternoon',
      proxima: 'next',
    },
  },
  {
    signs:
      'завтра сегодня послезавтра понедельник вторник среду среда четверг пятницу пятница субботу суббота воскресенье каждый каждую через напомни',
    words: {
      ...weekdays('понедельник вторник среда|среду четверг пятница|пятницу суббота|субботу воскресенье'),
      ...months('января февраля марта апреля мая июня июля августа сентября октября ноября декабря'),
      сегодня: 'today',
      завтра: 'tomorrow',
      послезавтра: 'day after tomorrow',
      в: 'at',
      во: 'at',
      через: 'in',
      к: 'by',
      часов: 'oclock',
      часа: 'hour',
      час: '1 hour',
      минут: 'minute',
      дня: 'day',
      днеи: 'day',
      день: 'day',
      неделю: '1 week',
      каждый: 'every',
      каждую: 'every',
      утра: 'am',
      вечера: 'pm',
      утром: 'morning',
      вечером: 'evening',
      напомни: 'remind',
      мне: 'me',
    },
  },
  {
    signs: 'vandaag overmorgen maandag dinsdag woensdag donderdag vrijdag zaterdag zondag elke herinner',
    words: {
      ...weekdays('maandag dinsdag woensdag donderdag vrijdag zaterdag zondag'),
      vandaag: 'today',
      morgen: 'tomorrow',
      overmorgen: 'day after tomorrow',
      om: 'at',
      op: 'on',
      uur: 'oclock',
      elke: 'every',
      dag: 'day',
      over: 'in',
    },
  },
  {
    signs: 'غدا اليوم الساعة',
    words: {
      غدا: 'tomorrow',
      اليوم: 'today',
      الساعة: 'at',
      ...weekdays('الاثنين الثلاثاء الاربعاء الخميس الجمعة السبت الاحد'),
    },
  },
  {
    signs: 'jutro dzis dzisiaj pojutrze',
    words: { jutro: 'tomorrow', dzis: 'today', dzisiaj: 'today', pojutrze: 'day after tomorrow', o: 'at' },
  },
  { signs: 'yarın yarin bugun', words: { yarın: 'tomorrow', yarin: 'tomorrow', bugun: 'today' } },
  { signs: 'imorgon idag', words: { imorgon: 'tomorrow', idag: 'today', kl: 'at' } },
  { signs: 'מחר היום', words: { מחר: 'tomorrow', היום: 'today' } },
  { signs: 'besok lusa', words: { besok: 'tomorrow', lusa: 'day after tomorrow', jam: 'at' } },
  { signs: 'کل آج कल आज', words: { کل: 'tomorrow', آج: 'today', कल: 'tomorrow', आज: 'today' } },
  { signs: 'lana karna karni karo karne hai jana dena lena kharidna', words: { kal: 'tomorrow', aaj: 'today' } },
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
