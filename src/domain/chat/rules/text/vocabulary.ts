import { words } from './dictionary.ts';

/** Words after which a date stands on its own; any other word after "the friday" makes it part of a name. */
export const connectors = new Set(
  words(`
    at by on in to for with w/ w/o about before after until till and or from via of then because so if when that which due every
    remind starting beginning is are be as but , . ; : ! ? - ) ( ¦ @ each daily weekly monthly around during tonight morning afternoon evening night please asap urgent
  `),
);

export const determiners = new Set(words('the a an my our your his her their that those these some'));

/** After these a date belongs to what is talked about: "a talk about friday". */
export const topical = new Set(words('about of re regarding concerning called named titled than like since versus vs'));

/** Verbs that open a to-do. Enough of them to tell "call mom" from "mom's friday". */
export const actionVerbs = new Set(
  words(`
    add answer apply arrange ask attend backup bake book borrow bring brush build buy call cancel change check clean clear close collect
    compare complete confirm contact cook copy create cut debug decide deliver deploy design discuss do donate download draft drink drive drop dust edit email
    empty exercise explain feed fetch figure file fill find finish fix fold follow get give go grab hang help hire install interview invite invoice iron join
    learn leave list look mail make meet merge migrate mop move mow note open order organise organize pack paint park pay phone pick ping plan play polish post practice
    practise prep prepare print publish purchase push put read recharge record recycle refactor refill register release remove renew rent repair replace reply
    report request research reserve respond rest restart return review rewrite rotate run save scan schedule see sell send set setup ship shop sign sort start stop stretch
    study submit sweep switch take talk teach test text think throw tidy track train transfer translate trim turn unpack unsubscribe update upgrade upload
    vacuum validate verify visit vote wait walk wash watch water wipe work wrap write invite rotate
  `),
);
