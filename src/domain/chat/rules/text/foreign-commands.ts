/** "Delete" in other languages, in the forms that tell somebody to do it. Never executed, and always reported. */
const words = new Set(
  `borra borrar borre borres borren borro borrado elimina eliminar elimine elimines eliminer eliminez eliminiere
  eliminieren eliminare suprime suprimir supprime supprimer supprimez supprimes efface effacer effacez lösche löschen
  löscht löschst losche loschen loscht loschst entferne entfernen cancella cancellare apaga apagar apague exclua excluir
  exclui удали удалить удалите удаляй сотри сотрите стери стереть usuń usunąć skasuj verwijder verwijderen wis radera
  slett poista slet hapus xóa حذف احذف امسح مسح हटाओ हटा मिटा törölj șterge sterge smaž smazat видали видалити izbriši`.split(
    /\s+/,
  ),
);
const phrases = new Set(['mita do', 'hata do', 'hazaf karo']);

/** Scripts without spaces, and those whose words begin and end with others. */
const parts = /削除|消して|删除|刪除|清空|清除|삭제|지워|ลบ|מחק/u;

/** In scripts without spaces, a whole sentence is one word; marks beyond that make normalising slow. */
const longestWord = 200;

/** Whether a text tells somebody to delete something, in a language other than English. */
export function hasForeignCommand(text: string): boolean {
  const spoken = text.match(/[\p{L}\p{M}]+/gu) ?? [];
  const plain = spoken.map((word) => word.slice(0, longestWord).normalize('NFC').toLowerCase());
  return plain.some((word, index) => words.has(word) || parts.test(word) || phrases.has(`${plain[index - 1]} ${word}`));
}
