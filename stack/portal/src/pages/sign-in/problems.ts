import { email as emailSchema, password as passwordSchema } from '@middle/contract/session/person.ts';

/** What is wrong with what somebody entered, by the rules that the API has; null: nothing. */
export const nameProblem = (name: string): string | null => (name.trim() === '' ? 'Enter your name.' : null);

export function emailProblem(email: string): string | null {
  if (email.trim() === '') return 'Enter your e-mail address.';
  return emailSchema.safeParse(email.trim()).success
    ? null
    : 'This is no e-mail address, like ada@example.com.';
}

export function newPasswordProblem(password: string): string | null {
  if (passwordSchema.safeParse(password).success) return null;
  if (password.length > 128) return 'It has more than 128 characters.';
  return password === ''
    ? 'Choose a password.'
    : `It needs ${10 - password.length} more to have 10 characters.`;
}
