/**
 * Reads a dictionary such as `day: tag tage, week: woche`: each form after a colon stands for what is before it. Forms
 * after a bare colon have no meaning of their own. @returns the meanings by form.
 */
export function dictionary(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(',').flatMap((entry) => {
      const [meaning = '', forms = ''] = entry.split(':').map((part) => part.trim());
      return words(forms).map((form) => [form, meaning]);
    }),
  );
}

/** The words of a text with single spaces or line breaks between them. */
export function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
