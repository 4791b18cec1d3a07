//! A Rust file as a flat row of tokens, without comments and without what only tests compile.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// One token and the line it stands on. Brackets are tokens of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) line: usize,
}

/// The tokens of `text` that a release compiles. Comments and documentation are gone.
pub(super) fn shipped_tokens(text: &str) -> Vec<Token> {
    let stream: TokenStream = text.parse().unwrap_or_else(|e| panic!("not Rust: {e}"));
    let mut tokens = Vec::new();
    flatten(stream, &mut tokens);
    tokens
}

fn is_punct(tree: &TokenTree, sign: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == sign)
}

fn flatten(stream: TokenStream, out: &mut Vec<Token>) {
    let mut trees = stream.into_iter().peekable();
    while let Some(tree) = trees.next() {
        // `//!` is `#![doc = …]`; nothing else that begins so is read.
        if is_punct(&tree, '#') && trees.peek().is_some_and(|next| is_punct(next, '!')) {
            trees.next();
            trees.next();
            continue;
        }
        if let (TokenTree::Punct(punct), Some(TokenTree::Group(attribute))) = (&tree, trees.peek())
            && punct.as_char() == '#'
            && attribute.delimiter() == Delimiter::Bracket
        {
            let words = attribute.stream().to_string().replace(' ', "");
            if words == "cfg(test)" {
                trees.next();
                skip_item(&mut trees);
                continue;
            }
            if words.starts_with("doc=") {
                trees.next();
                continue;
            }
        }
        push(tree, out);
    }
}

/// The modules in other files that only tests compile: `name` of `#[cfg(test)] mod name;`.
pub(super) fn test_modules(text: &str) -> Vec<String> {
    let stream: TokenStream = text.parse().unwrap_or_else(|e| panic!("not Rust: {e}"));
    let words: Vec<String> = stream.into_iter().map(|tree| tree.to_string().replace(' ', "")).collect();
    let mut names = Vec::new();
    for (at, _) in words.iter().enumerate().filter(|(_, word)| *word == "[cfg(test)]") {
        // Between the attribute and the item may stand other attributes and a visibility.
        let item: Vec<&str> = words[at + 1..].iter().map(String::as_str).take_while(|word| *word != ";").collect();
        if let [.., "mod", name] = item.as_slice()
            && !item.iter().any(|word| word.starts_with('{'))
        {
            names.push((*name).to_owned());
        }
    }
    names
}

/// An item ends with its braces or its semicolon; other attributes before it are skipped with it.
fn skip_item(trees: &mut impl Iterator<Item = TokenTree>) {
    for tree in trees {
        match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return,
            TokenTree::Punct(punct) if punct.as_char() == ';' => return,
            _ => {}
        }
    }
}

fn push(tree: TokenTree, out: &mut Vec<Token>) {
    let line = tree.span().start().line;
    match tree {
        TokenTree::Group(group) => {
            let (open, close) = match group.delimiter() {
                Delimiter::Parenthesis => ("(", ")"),
                Delimiter::Brace => ("{", "}"),
                Delimiter::Bracket => ("[", "]"),
                Delimiter::None => ("", ""),
            };
            out.push(Token { text: open.to_owned(), line });
            flatten(group.stream(), out);
            out.push(Token { text: close.to_owned(), line: group.span_close().start().line });
        }
        other => out.push(Token { text: other.to_string(), line }),
    }
}

/// The rooms named by `crate::…` paths, with their lines: `crate::a::b` and `crate::{a::b, c}` both name `a`.
pub(super) fn rooms_named(tokens: &[Token]) -> Vec<Token> {
    let mut rooms = Vec::new();
    for (at, window) in tokens.windows(4).enumerate() {
        let [keyword, colon, again, next] = window else { continue };
        if keyword.text != "crate" || colon.text != ":" || again.text != ":" {
            continue;
        }
        if next.text == "{" {
            rooms.extend(first_names(&tokens[at + 4..]));
        } else {
            rooms.push(next.clone());
        }
    }
    rooms
}

/// The first name of each path of a group, up to its closing brace.
fn first_names(tokens: &[Token]) -> Vec<Token> {
    let mut names = Vec::new();
    let mut depth = 0usize;
    let mut expects_name = true;
    for token in tokens {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" if depth == 0 => break,
            "}" => depth -= 1,
            "," if depth == 0 => expects_name = true,
            _ if expects_name => {
                names.push(token.clone());
                expects_name = false;
            }
            _ => {}
        }
    }
    names
}

/// The longest chain of `super::super::…`, with its line.
pub(super) fn supers(tokens: &[Token]) -> Vec<(usize, usize)> {
    let mut chains = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let mut length = 0;
        let line = tokens[at].line;
        while tokens.get(at).is_some_and(|token| token.text == "super") {
            length += 1;
            at += 3;
        }
        if length > 0 {
            chains.push((length, line));
        } else {
            at += 1;
        }
    }
    chains
}

#[test]
fn comments_documentation_and_tests_are_left_out() {
    let text = "//! crate::a\n/// crate::b\nfn f() {} // crate::c\n#[cfg(test)]\n#[path = \"x\"]\nmod tests { use crate::d; }\n#[cfg(test)]\nuse crate::e;\nuse crate::f;";
    let rooms = rooms_named(&shipped_tokens(text));
    assert_eq!(rooms, [Token { text: "f".to_owned(), line: 9 }]);
}

#[test]
fn modules_of_tests_are_known_by_their_attribute() {
    let text = "mod a;\n#[cfg(test)]\nmod b;\n#[cfg(test)]\n#[path = \"x\"]\npub(crate) mod c;\n#[cfg(test)]\nmod d { use e; }\nmod f;\n#[cfg(test)]\nuse g;";
    assert_eq!(test_modules(text), ["b", "c"]);
}

#[test]
fn grouped_and_nested_paths_name_their_rooms() {
    let text = "use crate::{a::{x, y}, b, c::d};\nfn f() -> crate::e::T { vec![crate::g::h()] }\npub(crate) fn i() {}";
    let names: Vec<_> = rooms_named(&shipped_tokens(text)).into_iter().map(|t| (t.text, t.line)).collect();
    let expected = [("a", 1), ("b", 1), ("c", 1), ("e", 2), ("g", 2)];
    assert_eq!(names, expected.map(|(name, line)| (name.to_owned(), line)));
}
