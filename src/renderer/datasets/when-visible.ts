import type { Attachment } from 'svelte/attachments';

/** Calls once the element comes near the visible part of the page, so that long lists load what is looked at. */
export function whenVisible(onVisible: () => void): Attachment {
  return (element) => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        onVisible();
      },
      { rootMargin: '200px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  };
}
