export interface Toast {
  readonly id: number;
  readonly level: 'information' | 'error';
  readonly text: string;
}

const shownMilliseconds = 8000;

/** Short messages in the corner: what an action has done, or why it could not. Errors stay until dismissed. */
class Toasts {
  list = $state<Toast[]>([]);
  #nextId = 1;

  add(level: Toast['level'], text: string): void {
    const id = this.#nextId++;
    this.list.push({ id, level, text });
    if (level === 'information') setTimeout(() => this.dismiss(id), shownMilliseconds);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
