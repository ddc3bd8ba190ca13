/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_PLATFORMS_H
#define LM_PLATFORMS_H

#include "common/base.h"

/* Hosts that many share, so that they name no company. Pure. */

/* Free mail and internet providers: gmail.com, ziggo.nl … `domain` as lm_domain_normalize gives it. */
bool lm_domain_is_mail_provider(lm_str domain);
/* linkedin.com, facebook.com, wordpress.com … and their subdomains. */
bool lm_domain_is_platform(lm_str domain);
/* Neither: a domain that can be a company's own. */
bool lm_domain_is_own(lm_str domain);

#endif
