# SPDX-License-Identifier: Apache-2.0
# The import as it is written first: a row of the file at a time, checked, and inserted by statements of its own into the
# table and the view that lists it, all in one transaction. import_peer.py DSN FILE ROWS: rows a second of the first ROWS.
import csv
import re
import sys
import time
import uuid

import psycopg2

dsn, path, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
tenant = "11111111-1111-4111-8111-111111111111"
db = psycopg2.connect(dsn)
cur = db.cursor()
start = time.monotonic()
n = 0
with open(path, newline="", encoding="utf-8") as f:
    for row in csv.DictReader(f):
        if n == rows:
            break
        n += 1
        domain = re.sub(r"^(https?://)?(www\.)?", "", row["Website"].strip().lower()).split("/")[0]
        if not re.fullmatch(r"[a-z0-9.-]+\.[a-z]{2,}", domain):
            continue
        if row["E-mail"] and not re.fullmatch(r"[^@ ]+@[^@ ]+\.[a-z]{2,}", row["E-mail"]):
            continue
        company = str(uuid.uuid4())
        cur.execute(
            "INSERT INTO scraper.company (tenant_id, id, version, name, name_norm, domain, website_url, registration_number,"
            " phone, email, address, postal_code, city, country, industry, employee_count, description, linkedin_url,"
            " open_vacancies, source, sources, status, created_at, updated_at) VALUES (%s, %s, 1, %s, %s, %s, %s, %s, %s,"
            " %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'IMPORT', '{IMPORT}', 'COMPANY_NEW', now(), now())"
            " ON CONFLICT (tenant_id, domain) WHERE domain IS NOT NULL DO UPDATE SET name = EXCLUDED.name",
            (tenant, company, row["Bedrijfsnaam"], row["Bedrijfsnaam"].lower(), domain, row["Website"],
             row["KvK"], row["Telefoon"], row["E-mail"], row["Straat"], row["Postcode"], row["Plaats"], row["Land"],
             row["Branche"], int(row["Medewerkers"]), row["Omschrijving"], row["LinkedIn"], int(row["Vacatures"])))
        cur.execute(
            "INSERT INTO gateway.company_view (tenant_id, id, scraper_version, company, name, domain, judged, source, sources,"
            " has_domain, has_email, has_phone, has_linkedin, is_listed, search_text, sort_name, country, industry, city,"
            " employee_count, open_vacancies, created_at, updated_at) VALUES (%s, %s, 1, %s, %s, %s, 1, 8, '{8}', true, true,"
            " true, true, true, %s, %s, %s, %s, %s, %s, %s, now(), now())"
            " ON CONFLICT (tenant_id, id) DO UPDATE SET company = EXCLUDED.company",
            (tenant, company, "/".join(row.values()).encode(), row["Bedrijfsnaam"], domain,
             row["Bedrijfsnaam"].lower() + " " + domain, row["Bedrijfsnaam"].lower(), row["Land"], row["Branche"],
             row["Plaats"], int(row["Medewerkers"]), int(row["Vacatures"])))
db.commit()
print(round(n / (time.monotonic() - start)))
