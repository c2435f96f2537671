/** Observed text made visible: what a system printed must not be able to rearrange a report. */

/**
 * Characters that move the cursor, change the direction of writing, have no width or are half of a character.
 * Kept apart from escaping for a format, because every format needs it first.
 */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const escaped = (character: string): string => {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  return `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`;
};

/** The text on one line, with every control or invisible character written as an escape. */
export const visible = (text: string): string => text.replace(unseen, escaped);
