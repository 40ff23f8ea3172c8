//! Values never leave the recording: nothing under the output folder, on stdout or in logs holds one.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::run::{assert_status, folder, report, run};
use crate::support::{Asked, Reply, Site};

const COOKIE: &str = "Zq7vK2mXw94LsTd8";
const SCRIPT: &str = "pR5uY8nBc31JhGf6";
const STORED: &str = "wE4tM9aQx72VkNz5";
const IN_URL: &str = "hJ6sD3fLp85RbCy2";

fn answer(asked: &Asked) -> Reply {
    match asked.path.as_str() {
        "/" => Reply::html(format!(
            "<h1>Secrets</h1><p>Some text for a page that is not empty.</p><a href='/next?token={IN_URL}'>next</a>
             <script>document.cookie = 'script_id={SCRIPT}; path=/; max-age=9999';
             localStorage.setItem('stored_id', '{STORED}');
             new Image().src = 'http://other.localhost:{}/i.gif?id={SCRIPT}&also=' + btoa('{COOKIE}');</script>",
            asked.http
        ))
        .cookie(&format!("id={COOKIE}; Path=/; Max-Age=9999")),
        "/next" => Reply::html("<h1>Next</h1><p>Another page with some text on it.</p>")
            .cookie(&format!("from_url={IN_URL}; Path=/")),
        "/i.gif" => Reply::text("x").cookie(&format!("copied={SCRIPT}; Path=/; SameSite=None; Secure")),
        _ => Reply::status(404),
    }
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path());
    entries.flat_map(|path| if path.is_dir() && !path.is_symlink() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_value_is_written_anywhere() {
    let site = Site::start(answer).await;
    let out = tempfile::tempdir().unwrap();
    let url = site.http("www.secret.localhost", "/");
    let formats = ["json", "html", "sarif", "junit", "github", "markdown", "csv", "table"];
    let mut words = vec!["audit", &url, "--page-time", "1s", "--fail-on", "never", "--format", "csv=own/cookies.csv"];
    words.extend(formats.iter().flat_map(|format| ["--format", format]));
    let output = run(out.path(), &words).await;
    assert_status(&output, 0);
    assert_eq!(report(out.path())["cookies"].as_array().unwrap().len(), 4, "all of them were seen");
    let mut searched = 0;
    let said = [("stdout".to_owned(), output.stdout), ("stderr".to_owned(), output.stderr)];
    let written = files(out.path()).into_iter().filter(|path| path.is_file());
    let written = written.map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()));
    for (place, bytes) in said.into_iter().chain(written) {
        let text = String::from_utf8_lossy(&bytes);
        for secret in [COOKIE, SCRIPT, STORED] {
            assert!(!text.contains(secret), "{secret} stands in {place}");
        }
        searched += 1;
    }
    assert!(searched > 10, "only {searched} files");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let open: Vec<PathBuf> =
        files(out.path()).into_iter().filter(|path| path.is_file() && mode(path) != 0o600).collect();
    assert!(open.is_empty(), "others can read {open:?}");
    assert_eq!(mode(&folder(out.path())), 0o700);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn judged_twice_it_is_the_same_bytes() {
    let site = Site::start(answer).await;
    let out = tempfile::tempdir().unwrap();
    let url = site.http("www.secret.localhost", "/");
    assert_status(&run(out.path(), &["audit", &url, "--page-time", "1s", "--format", "json"]).await, 1);
    let dir = folder(out.path());
    let first = std::fs::read(dir.join("report.json")).unwrap();
    for _ in 0..2 {
        let again = run(out.path(), &["judge", dir.to_str().unwrap(), "--format", "json"]).await;
        assert_status(&again, 1);
        assert!(again.stdout == first, "judging again gave other bytes");
    }
    assert!(first.len() > 2000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kept_values_change_no_word_of_the_report() {
    let site = Site::start(|asked| match asked.path.as_str() {
        "/" => Reply::html("<h1>Fixed</h1><p>Always the same value, on every visit.</p>").cookie("lang=en-GB; Path=/"),
        _ => Reply::status(404),
    })
    .await;
    let url = site.http("www.kept.localhost", "/");
    let mut reports = Vec::new();
    for keep in [&[][..], &["--keep-values"][..]] {
        let out = tempfile::tempdir().unwrap();
        let mut words = vec!["audit", &url, "--page-time", "1s", "--fail-on", "never"];
        words.extend(keep);
        assert_status(&run(out.path(), &words).await, 0);
        reports.push(super::run::comparable(report(out.path())));
    }
    assert_eq!(reports[0], reports[1]);
}
