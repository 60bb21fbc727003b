package dev.authbridge.support;

import com.microsoft.playwright.Page;
import java.util.List;

/** Finds faults in the layout of a page, shadow roots included. */
public final class Layout {
    /** JavaScript functions: all elements through all shadow roots, the visible ones, and those that one can press or type into. */
    static final String ELEMENTS =
            """
            const inside = (root) => [...root.querySelectorAll('*')]
              .flatMap((one) => [one, ...(one.shadowRoot ? inside(one.shadowRoot) : [])]);
            const seen = (one) => {
              const { width, height } = one.getBoundingClientRect();
              return width > 1 && height > 1 && one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
            };
            const controls = () => inside(document)
              .filter((one) => one.matches('a[href], button, input, textarea, summary, [tabindex="0"]') && seen(one));
            const named = (one) => `${one.localName} “${(one.ariaLabel || one.innerText || one.id).trim()}”`;
            const parent = (one) => one.assignedSlot ?? one.parentElement ?? one.getRootNode().host;
            """;

    private Layout() {}

    /** Elements that are wider than the window, stick out of their container, or whose content does not fit. */
    public static List<?> cutOff(Page page) {
        return (List<?>)
                page.evaluate(
                        "() => {" + ELEMENTS
                                + """
                        const found = [];
                        // On a phone innerWidth grows with a page that is too wide, but the layout viewport does not.
                        const width = document.documentElement.clientWidth;
                        const over = document.documentElement.scrollWidth - width;
                        if (over > 0) found.push(`the page is ${over} pixels wider than the window`);
                        for (const one of controls()) {
                          const { left, right } = one.getBoundingClientRect();
                          if (left < -0.5 || right > width + 0.5) found.push(`${named(one)} sticks out of the window`);
                          const scrolls = one.matches('input, textarea, [tabindex="0"]');
                          const broad = one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1;
                          if (!scrolls && one.clientWidth > 0 && broad) found.push(`the words of ${named(one)} do not fit`);
                          const letters = one.clientWidth / parseFloat(getComputedStyle(one).fontSize);
                          if (one.matches('input, textarea') && letters < 4) found.push(`${named(one)} has no room for words`);
                          for (let holder = parent(one); holder; holder = parent(holder)) {
                            if (getComputedStyle(holder).overflowX === 'visible') continue;
                            const edges = holder.getBoundingClientRect();
                            if (left < edges.left - 0.5 || right > edges.right + 0.5) found.push(`${named(one)} is cut off`);
                          }
                        }
                        return found;
                        }
                        """);
    }

    /** Controls that are too small to touch, and fields into which a phone would zoom. Links within a sentence may be small. */
    public static List<?> tooSmallForAThumb(Page page) {
        return (List<?>)
                page.evaluate(
                        "() => {" + ELEMENTS
                                + """
                        const found = [];
                        for (const one of controls()) {
                          const { width, height } = one.getBoundingClientRect();
                          const inSentence = one.matches('a') && getComputedStyle(one).display === 'inline';
                          const onlyForKeys = !one.matches('a, button, input, textarea, summary');
                          const small = height < 44 || width < 44;
                          if (small && !inSentence && !onlyForKeys) found.push(`${named(one)} is ${width} x ${height}`);
                          const size = parseFloat(getComputedStyle(one).fontSize);
                          if (one.matches('input, textarea') && size < 16) found.push(`${named(one)} has letters of ${size}`);
                        }
                        return found;
                        }
                        """);
    }

    /** The animations and transitions that are running. */
    public static List<?> moving(Page page) {
        return (List<?>)
                page.evaluate(
                        "() => {" + ELEMENTS
                                + """
                        const roots = [document, ...inside(document).map((one) => one.shadowRoot)].filter(Boolean);
                        return [...new Set(roots.flatMap((root) => root.getAnimations()))]
                          .filter(({ playState, effect }) => playState === 'running' && effect?.target)
                          .map(({ animationName, transitionProperty, effect: { target, pseudoElement } }) =>
                            `${target.getAttribute('class')}${pseudoElement ?? ''} ${animationName ?? transitionProperty}`);
                        }
                        """);
    }
}
