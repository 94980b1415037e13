//! BB codes to text and HTML.

use wire::bbcode::{signature, strip, to_html};

#[test]
fn tags_are_stripped_and_rendered() {
    let link = |url: &str, text: &str| {
        format!("<a href=\"{url}\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">{text}</a>")
    };
    let cases: &[(&str, &str, String)] = &[
        ("plain", "plain", "plain".into()),
        ("[b]x[/b] [I]y[/I] [u]z[/U] [s]w[/s]", "x y z w", "<b>x</b> <i>y</i> <u>z</u> <s>w</s>".into()),
        ("a[br]b\nc\r\nd", "a\nb\nc\r\nd", "a<br />b<br />c<br />d".into()),
        ("[size=20]x[/size]", "x", "<span style=\"font-size:20px\">x</span>".into()),
        ("[size=99]x[/size]", "x", "<span style=\"font-size:30px\">x</span>".into()),
        ("[color=#Ff0]x[/color]", "x", "<span style=\"color:#Ff0\">x</span>".into()),
        ("[color=red]x[/color]", "[color=red]x[/color]", "[color=red]x[/color]".into()),
        ("[url]https://a.b/?c=1&d[/url]", "https://a.b/?c=1&d", link("https://a.b/?c=1&amp;d", "https://a.b/?c=1&amp;d")),
        ("[url=/company/1/]x[/url]", "x", link("/company/1/", "x")),
        ("[URL=HTTP://a]x [b]y[/b][/URL]", "x y", link("HTTP://a", "x <b>y</b>")),
        ("[user=5]Ann[/user][USER=1 REPLACE]Bo[/USER]", "AnnBo", "<span data-user=\"5\">Ann</span><span data-user=\"1\">Bo</span>".into()),
        ("[user=all]all[/user]", "all", "<span data-user=\"all\">all</span>".into()),
        ("[chat=imol|7]x[/chat][chat=7]y[/chat]", "xy", "<span data-chat=\"imol|7\">x</span><span data-chat=\"7\">y</span>".into()),
        ("[context=chat5/77]x[/context]", "x", "<span data-context=\"chat5/77\">x</span>".into()),
        ("[put=/help a]x[/put][send=/go]y[/send]", "xy", "<span data-put=\"/help a\">x</span><span data-send=\"/go\">y</span>".into()),
        ("[call]+7 (1) 2[/call][call=112]x[/call]", "+7 (1) 2x", link("tel:+7 (1) 2", "+7 (1) 2") + &link("tel:112", "x")),
        ("[img size=large]https://a/b.png [/img]", "https://a/b.png", "<img src=\"https://a/b.png\" class=\"large\" alt=\"\" />".into()),
        ("[IMG]https://a/B.png[/IMG]", "https://a/B.png", "<img src=\"https://a/B.png\" class=\"medium\" alt=\"\" />".into()),
        ("[icon=https://a/b.png size=16 title=A \"b\"]", "A \"b\"", "<img src=\"https://a/b.png\" class=\"icon\" width=\"16\" height=\"16\" title=\"A &quot;b&quot;\" alt=\"A &quot;b&quot;\" />".into()),
        ("[timestamp=1757424671 format=SHORT_TIME_FORMAT]", "2025-09-09 13:31 UTC", "<time data-timestamp=\"1757424671\">2025-09-09 13:31 UTC</time>".into()),
        ("[timestamp=951782400]", "2000-02-29 00:00 UTC", "<time data-timestamp=\"951782400\">2000-02-29 00:00 UTC</time>".into()),
        ("x[disk=12]", "x", "x<span data-disk=\"12\"></span>".into()),
        ("[code][b]<x>[/b]\n>>y[/CODE]", "[b]<x>[/b]\n>>y", "<code>[b]&lt;x&gt;[/b]<br />&gt;&gt;y</code>".into()),
        ("a    b", "a    b", "a&nbsp;&nbsp;&nbsp;&nbsp;b".into()),
        (">>q [b]x[/b]\n>>r\nafter", "q x\nr\nafter", "<blockquote>q <b>x</b><br />r</blockquote>after".into()),
        ("a\n------\nq\nr\n--------\nb", "a\nq\nr\nb", "a<blockquote>q<br />r</blockquote>b".into()),
        ("------\n------", "", "<blockquote></blockquote>".into()),
        ("[b]a\nb[/b]", "a\nb", "<b>a<br />b</b>".into()),
    ];
    for (text, plain, html) in cases {
        assert_eq!(strip(text), *plain, "{text}");
        assert_eq!(to_html(text), *html, "{text}");
    }
}

#[test]
fn what_is_not_a_tag_is_text() {
    for text in [
        "[b]x",
        "x[/b]",
        "[nope]x[/nope]",
        "[",
        "[]",
        "[/]",
        "[b",
        "a [0] b",
        "[code]x",
        "[url]javascript:alert(1)[/url]",
        "[url=javascript:alert(1)]x[/url]",
        "[url=//evil]x[/url]",
        "[url=data:text/html,x]y[/url]",
        "[user=x]y[/user]",
        "[img]x[/img]",
        "[b=1]x[/b]",
        "------",
        "- -----",
        "[timestamp=-1]",
        "[timestamp=99999999999999999999]",
        "[call]x[/call]",
        "[url=java\tscript:x]y[/url]",
    ] {
        assert_eq!(strip(text), text);
        assert_eq!(to_html(text), text);
    }
    for (text, html) in [
        ("[b][i]x[/b][/i]", "<b>[i]x</b>[/i]"),
        ("[b]a\n>>b[/b]", "[b]a<blockquote>b[/b]</blockquote>"),
        ("<script>alert('x')</script>", "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"),
        (
            "[url=https://a\"onclick=x]y[/url]",
            "<a href=\"https://a&quot;onclick=x\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">y</a>",
        ),
        ("&amp;", "&amp;amp;"),
        ("[[b]x[/b]]", "[<b>x</b>]"),
    ] {
        assert_eq!(to_html(text), html, "{text}");
    }
}

#[test]
fn tags_nest_to_a_depth() {
    let nested = |depth: usize| format!("{}x{}", "[b]".repeat(depth), "[/b]".repeat(depth));
    assert_eq!(strip(&nested(32)), "x");
    assert_eq!(strip(&nested(33)), "[b]x[/b]");
}

#[test]
fn the_signature_has_the_captured_form() {
    assert_eq!(signature("Ann Lee", "Hello"), "[b]Ann Lee:[/b][br] Hello");
    assert_eq!(strip(&signature("Ann Lee", "Hello")), "Ann Lee:\n Hello");
}
