// The site's own fonts, from a page in any folder.
MathJax.chtml = { fontURL: `${document.documentElement.dataset.content_root}_static/woff-v2` };
