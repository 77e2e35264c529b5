type Overlay = 'palette' | 'shortcuts';

/** What lies over the pages, and beside them. */
class Layout {
  overlay = $state<Overlay>();
  sidebar = $state(localStorage.getItem('sidebar') !== 'hidden');

  toggle(overlay: Overlay): void {
    this.overlay = this.overlay === overlay ? undefined : overlay;
  }

  close(): void {
    this.overlay = undefined;
  }

  toggleSidebar(): void {
    this.sidebar = !this.sidebar;
    localStorage.setItem('sidebar', this.sidebar ? 'shown' : 'hidden');
  }
}

export const layout = new Layout();
