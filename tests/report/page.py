"""Reads a report: strictly as XML, tables by their label."""

import re
import xml.etree.ElementTree as ElementTree

SPACE = "{http://www.w3.org/1999/xhtml}"


def words(element):
    return " ".join(" ".join(element.itertext()).split())


class Page:
    def __init__(self, path):
        self.text = open(path, encoding="utf-8").read()
        self.root = ElementTree.fromstring(self.text)

    def all(self, name):
        return self.root.iter(SPACE + name)

    def table(self, label):
        """Rows of cells as texts, without the head; a bar has none."""
        for element in self.all("div"):
            if element.get("aria-label") == label:
                return [[words(cell) for cell in row] for row in element.iter(SPACE + "tr")
                        if row[-1].tag == SPACE + "td"]
        raise AssertionError(f"no table {label}")

    def has_table(self, label):
        return any(element.get("aria-label") == label for element in self.all("div"))

    def rows(self, label):
        return {row[0]: row[1:] for row in self.table(label)}

    def outside(self):
        """What would be fetched, run or followed from elsewhere."""
        found = [element.tag for element in self.root.iter()
                 if element.tag.removeprefix(SPACE) in {"script", "link", "img", "iframe", "object", "embed", "form"}]
        for element in self.root.iter():
            for name, value in element.attrib.items():
                if name.lower().startswith("on") or (name.endswith(("href", "src")) and not value.startswith("#")):
                    found.append(f"{name}={value}")
        style = "".join(words(element) for element in self.all("style"))
        return found + re.findall(r"url\(|@import|expression\(", style)

    def contrasts(self):
        """Least contrast of each text colour on the grounds it stands on, light and dark (WCAG 2.1)."""
        style = "".join(element.text for element in self.all("style"))
        for theme in re.findall(r":root \{(.*?)\}", style, re.S):
            colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", theme))
            for name in ("text", "muted", "accent", "cut"):
                yield name, min(contrast(colours[name], colours[ground]) for ground in ("ground", "card"))


def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first, second):
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
