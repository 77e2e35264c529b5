import { themes, type Theme } from '../../shared/desktop';

const key = 'theme';

/** Light, dark, or as the system has it; remembered, and told to the window's frame. */
class ThemeChoice {
  choice = $state<Theme>(read());
  #systemIsDark = $state(false);
  readonly isDark = $derived(this.choice === 'dark' || (this.choice === 'system' && this.#systemIsDark));

  constructor() {
    const query = window.matchMedia('(prefers-color-scheme: dark)');
    this.#systemIsDark = query.matches;
    query.addEventListener('change', ({ matches }) => (this.#systemIsDark = matches));
  }

  set(choice: Theme): void {
    this.choice = choice;
    localStorage.setItem(key, choice);
    this.apply();
  }

  apply(): void {
    document.documentElement.dataset['theme'] = this.choice;
    window.desktop?.setTheme(this.choice);
  }
}

function read(): Theme {
  const stored = localStorage.getItem(key);
  return themes.find((theme) => theme === stored) ?? 'system';
}

export const theme = new ThemeChoice();
