"""A browser without a window: it logs in on the pages, keeps the cookies and times what it opens."""
import http.cookiejar
import re
import time
import urllib.error
import urllib.parse
import urllib.request

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Visitor:
    def __init__(self, port, email, password):
        self.base = f"http://127.0.0.1:{port}"
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.opener.addheaders = [("Accept", ACCEPT)]
        page = self.opened("/login/")[1]
        token = re.search(r'name="_token" value="([0-9a-f]{64})"', page).group(1)
        form = urllib.parse.urlencode(
            {"_token": token, "_method": "POST", "email": email, "password": password, "next": "/admin/"})
        _, page = self.opened("/login/", form.encode())
        if "<h1>" not in page or "/logout/" not in page:
            raise SystemExit(f"cannot log in on the pages: {page[:300]}")

    def opened(self, path, form=None):
        """(milliseconds, page)"""
        begin = time.perf_counter()
        try:
            with self.opener.open(self.base + path, form, timeout=60) as answer:
                page = answer.read().decode()
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{path}: {error.code} {error.read()[:300]}") from error
        return (time.perf_counter() - begin) * 1e3, page
