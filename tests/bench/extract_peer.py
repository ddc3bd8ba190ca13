# SPDX-License-Identifier: Apache-2.0
# The peer of bench extract: what one writes first, BeautifulSoup over lxml. extract_peer.py FILE SECONDS
import sys
import time

from bs4 import BeautifulSoup

FIELDS = ("jobTitle", "companyName", "companyLocation", "metadata")


def read(page):
    soup = BeautifulSoup(page, "lxml")
    return [[card.select_one("." + field).get_text(" ", strip=True) for field in FIELDS] for card in soup.select("div.card")]


with open(sys.argv[1], encoding="utf-8") as f:
    page = f.read()
seconds, pages, begun = float(sys.argv[2]), 0, time.process_time()
while time.process_time() - begun < seconds:
    if len(read(page)) != 105:
        sys.exit("not all cards were found")
    pages += 1
print(f"{pages / (time.process_time() - begun):.2f}")
