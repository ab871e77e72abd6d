"""The words of walls, errors, logins and robot checks in many languages, all of them folded."""

# ruff: noqa: RUF001 - letters of other scripts are meant

from __future__ import annotations

# Said to the reader in the opening of a text: no article does. Of scripts and the connection.
SCRIPTS = (
    "please enable javascript", "please enable js", "enable javascript and cookies",
    "you need to enable javascript", "javascript is disabled", "javascript is not available",
    "your browser does not support javascript", "this site requires javascript",
    "bitte aktivieren sie javascript", "javascript ist deaktiviert", "veuillez activer javascript",
    "por favor active javascript", "por favor habilite javascript", "habilita javascript",
    "ative o javascript", "abilita javascript", "schakel javascript in",
    "włącz obsługę javascript", "включите javascript", "javascriptを有効に", "请启用javascript",
    "請啟用javascript", "자바스크립트를 활성화", "you don t have permission to access",
    "the page you requested could not be found", "активируйте javascript", "lütfen javascript",
    "يرجى تمكين javascript", "checking your browser", "checking if the site connection is secure",
    "please complete the security check",
)  # fmt: skip

# The same of what is gone.
GONE = (
    "the page you are looking for", "the page you were looking for", "the page you requested",
    "the article you are looking for", "the article you requested",
    "this page is no longer available", "this page has been removed",
    "this article is no longer available", "this article has been removed",
    "this content is no longer available", "this content isn t available", "die gesuchte seite",
    "die angeforderte seite", "die von ihnen gesuchte seite", "die von ihnen aufgerufene seite",
    "dieser artikel ist nicht mehr verfügbar", "dieser artikel ist leider nicht mehr",
    "la page que vous recherchez", "la page que vous cherchez", "la page demandée",
    "cet article n est plus disponible", "la página que buscas", "la página que busca",
    "la página que está buscando", "la página solicitada", "este artículo ya no está disponible",
    "la pagina che stai cercando", "la pagina che cerchi", "la pagina richiesta",
    "questo articolo non è più disponibile", "a página que procura", "a página que você procura",
    "a página que você está procurando", "este artigo já não está disponível",
    "este conteúdo não está mais disponível", "de pagina die u zoekt", "de pagina die je zoekt",
    "de opgevraagde pagina", "dit artikel is niet meer beschikbaar", "strona której szukasz",
    "ten artykuł nie jest już dostępny", "запрашиваемая страница", "запрашиваемая вами страница",
    "страница которую вы ищете", "aradığınız sayfa", "الصفحة التي تبحث عنها", "お探しのページ",
    "ご指定のページ", "您访问的页面", "您要查看的页面", "您訪問的頁面", "요청하신 페이지",
    "찾으시는 페이지", "trang bạn đang tìm", "η σελίδα που ζητήσατε", "η σελίδα που αναζητάτε",
    "you are attempting to access this website from a country",
    "our european visitors are important to us", "unavailable in most european countries",
    "this content is not available in your",
)  # fmt: skip

# The same of a login.
LOGINS = (
    "log in to continue", "log in to read", "log in to view", "login to continue",
    "sign in to continue", "sign in to read", "sign in to view", "you must be logged in",
    "you need to be logged in", "bitte melden sie sich an", "bitte loggen sie sich ein",
    "melden sie sich an um", "sie müssen angemeldet sein", "veuillez vous connecter",
    "connectez vous pour", "vous devez être connecté", "inicia sesión para", "inicie sesión para",
    "debes iniciar sesión", "accedi per continuare", "accedi per leggere",
    "devi effettuare l accesso", "faça login para", "inicie sessão para", "log in om verder",
    "je moet ingelogd zijn", "zaloguj się aby", "войдите чтобы", "необходимо авторизоваться",
    "giriş yapmalısınız", "ログインしてください", "ログインが必要です", "请先登录", "請先登入",
    "로그인이 필요합니다",
)  # fmt: skip

# An article may speak of a page not found, so these are the whole title or the text's first words.
STATES = (
    "access denied", "403 forbidden", "404 not found", "error 404", "service unavailable",
    "service temporarily unavailable", "internal server error", "bad gateway", "gateway timeout",
    "gateway time out", "error establishing a database connection", "page not found",
    "just a moment", "attention required", "page no longer available", "seite nicht gefunden",
    "seite nicht verfügbar", "dienst nicht verfügbar", "zugriff verweigert", "page introuvable",
    "page non trouvée", "service indisponible", "service temporairement indisponible",
    "accès refusé", "página no encontrada", "acceso denegado", "servicio no disponible",
    "página não encontrada", "pagina non trovata", "accesso negato", "servizio non disponibile",
    "pagina niet gevonden", "toegang geweigerd", "nie znaleziono strony",
    "strona nie została znaleziona", "sidan hittades inte", "siden blev ikke fundet",
    "sayfa bulunamadı", "erişim engellendi", "страница не найдена", "доступ запрещен",
    "сервис временно недоступен", "الصفحة غير موجودة", "ページが見つかりません", "页面不存在",
    "頁面不存在", "페이지를 찾을 수 없습니다", "không tìm thấy trang", "trang không tồn tại",
    "η σελίδα δεν βρέθηκε", "stránka nenalezena", "stránka nebyla nalezena",
    "az oldal nem található", "pagina nu a fost găsită", "сторінку не знайдено",
    "страницата не е намерена", "halaman tidak ditemukan", "siden finnes ikke", "sivua ei löydy",
    "sivua ei löytynyt", "הדף לא נמצא", "ไม่พบหน้าที่คุณต้องการ",
    "unavailable for legal reasons", "unavailable due to legal reasons",
    "451 unavailable for legal reasons", "451 unavailable due to legal reasons",
)  # fmt: skip

# The whole title, or a part of it, of pages that say little else; of an article it may be, too.
TITLES = frozenset({
    "gone", "maintenance", "maintenance mode", "site maintenance", "scheduled maintenance",
    "under maintenance", "down for maintenance", "we ll be back soon", "we will be back soon",
    "wartung", "wartungsarbeiten", "wartungsmodus", "en maintenance", "site en maintenance",
    "maintenance en cours", "en mantenimiento", "sitio en mantenimiento", "in manutenzione",
    "sito in manutenzione", "em manutenção", "site em manutenção", "onderhoud",
    "przerwa techniczna", "технические работы", "ведутся технические работы", "bakım çalışması",
    "メンテナンス中", "系统维护", "系统维护中", "系統維護中", "점검 중", "robot check",
    "bot check", "are you a robot", "are you human", "captcha", "security check",
    "human verification", "verification required", "ddos guard", "sicherheitsüberprüfung",
    "sicherheitsabfrage", "vérification de sécurité", "verificación de seguridad",
    "controllo di sicurezza", "verificação de segurança", "проверка безопасности", "вы не робот",
    "安全验证", "安全驗證", "log in", "login", "sign in", "member login", "subscriber login",
    "register", "log in required", "login required", "anmelden", "anmeldung", "einloggen",
    "connexion", "se connecter", "identification", "iniciar sesión", "acceder", "accedi",
    "accesso", "entrar", "iniciar sessão", "inloggen", "aanmelden", "logowanie", "zaloguj się",
    "logga in", "log ind", "logg inn", "kirjaudu", "přihlášení", "bejelentkezés", "вход", "войти",
    "авторизация", "giriş yap", "giriş", "تسجيل الدخول", "ログイン", "登录", "登录账号", "登入",
    "로그인", "too many requests",
})  # fmt: skip

# What a robot check is about, and what only one of its own says besides.
CHECKS = (
    "are you a robot", "not a robot", "you are human", "you re human", "you are a human",
    "unusual traffic", "unusual activity", "suspicious activity", "automated requests",
    "automated access", "captcha", "security check", "the security of your connection",
    "you have been blocked", "you are unable to access", "kein roboter", "ein roboter sind",
    "ein mensch sind", "ungewöhnlichen datenverkehr", "ungewöhnliche aktivität",
    "automatisierte anfragen", "sicherheitsüberprüfung", "pas un robot", "êtes humain",
    "trafic inhabituel", "activité inhabituelle", "vérification de sécurité", "no soy un robot",
    "no eres un robot", "no es un robot", "que eres humano", "que es humano", "tráfico inusual",
    "actividad inusual", "verificación de seguridad", "non sei un robot", "non sono un robot",
    "sei umano", "traffico insolito", "attività insolita", "não é um robô", "não sou um robô",
    "que é humano", "tráfego incomum", "atividade incomum", "geen robot", "ongebruikelijk verkeer",
    "nie jesteś robotem", "jesteś człowiekiem", "nietypowy ruch", "не робот", "что вы человек",
    "подозрительный трафик", "необычный трафик", "автоматические запросы", "robot olmadığınızı",
    "ロボットではありません", "ロボットではない", "異常なトラフィック", "不是机器人", "不是機器人",
    "人机验证", "异常流量", "访问过于频繁", "请输入验证码", "로봇이 아닙니다", "비정상적인 트래픽",
)  # fmt: skip

ON_CHECKS = (
    "please", "your ip address", "your browser", "your computer network", "your network",
    "our systems", "we have detected", "we ve detected", "ray id", "reference id", "incident id",
    "click the box", "check the box below", "press and hold", "press hold",
    "completing the action below", "enter the characters", "before proceeding",
    "performance security by", "bitte", "ihre ip adresse", "ihrer ip adresse", "ihr browser",
    "ihren browser", "unsere systeme", "veuillez", "votre adresse ip", "votre navigateur",
    "nos systèmes", "por favor", "su dirección ip", "tu dirección ip", "su navegador",
    "tu navegador", "nuestros sistemas", "si prega", "per favore", "il tuo indirizzo ip",
    "il tuo browser", "seu endereço ip", "seu navegador", "nossos sistemas", "uw ip adres",
    "je ip adres", "uw browser", "je browser", "klik op het", "prosimy", "twój adres ip",
    "twoja przeglądarka", "пожалуйста", "ваш ip", "с вашего", "ваш браузер", "подтвердите что",
    "lütfen", "tarayıcınız", "ください", "お使いの", "您的ip", "您的访问", "请完成", "请稍后",
    "해주세요", "하십시오",
)  # fmt: skip

# Whose browser has no scripts.
BROWSERS = (
    "your browser", "ihrem browser", "ihr browser", "deinem browser", "votre navigateur",
    "su navegador", "tu navegador", "il tuo browser", "tuo browser", "seu navegador",
    "o navegador", "uw browser", "je browser", "twojej przeglądarce", "din webbläsare",
    "din browser", "вашем браузере", "ваш браузер", "tarayıcınız", "متصفحك",
    "お使いのブラウザ", "您的浏览器", "您的瀏覽器", "브라우저에서",
)  # fmt: skip

# What is broken, and what is said to the reader of it.
BROKEN = (
    "temporarily unavailable", "currently unavailable", "temporarily unable", "maintenance",
    "technical difficulties", "something went wrong", "server error", "error on our",
    "no longer available", "has been removed", "been deleted", "does not exist", "not found",
    "no longer exists", "overloaded", "vorübergehend nicht", "derzeit nicht", "wartungsarbeiten",
    "wartung", "nicht mehr verfügbar", "nicht gefunden", "wurde gelöscht", "technische störung",
    "etwas schiefgelaufen", "temporairement indisponible", "en maintenance", "plus disponible",
    "n existe pas", "n existe plus", "a été supprimé", "introuvable", "problème technique",
    "temporalmente", "en mantenimiento", "ya no está disponible", "no existe", "ha sido eliminad",
    "problemas técnicos", "algo salió mal", "temporaneamente", "in manutenzione",
    "non è più disponibile", "non esiste", "stata rimossa", "temporariamente", "em manutenção",
    "já não está disponível", "não está mais disponível", "não existe", "foi removid", "tijdelijk",
    "onderhoud", "niet meer beschikbaar", "bestaat niet", "tymczasowo", "prace konserwacyjne",
    "nie istnieje", "została usunięta", "временно", "технические работы", "больше не доступ",
    "не существует", "удален", "geçici olarak", "bakım", "メンテナンス", "維護", "维护", "不存在",
    "已删除", "점검",
)  # fmt: skip

TO_READERS = (
    "please try", "please check back", "please come back", "please return", "we are sorry",
    "we re sorry", "we apologi", "we ll be back", "we will be back", "oops", "reload the page",
    "refresh the page", "return to the home", "our homepage", "bitte versuchen", "versuchen sie",
    "es tut uns leid", "hoppla", "wir sind bald", "zur startseite", "veuillez", "réessayez",
    "nous sommes désolés", "désolé", "nous nous excusons", "retour à l accueil", "inténtelo",
    "inténtalo", "intente de nuevo", "vuelva a intentar", "vuelve a intentar", "lo sentimos",
    "volver al inicio", "volver a la portada", "riprova", "si prega di", "ci scusiamo",
    "siamo spiacenti", "torna alla home", "tente novamente", "por favor tente", "pedimos desculpa",
    "probeer het", "het spijt ons", "spróbuj ponownie", "przepraszamy", "повторите попытку",
    "приносим извинения", "извините", "lütfen", "özür dileriz", "申し訳", "しばらくしてから",
    "请稍后", "請稍後", "다시 시도", "죄송합니다", "sorry for the", "sorry but", "sorry the page",
    "sorry this", "sorry we", "go back to the home", "wir bitten um", "entschuldigen sie",
    "disculpe las molestias", "pedimos disculpas", "lamentamos o", "desculpe o",
    "onze excuses voor", "попробуйте позже", "попробуйте обновить",
)  # fmt: skip

# What stands on a form to log in.
LOGIN_SIGNS = (
    "log in", "login", "sign in", "anmelden", "einloggen", "connecter", "connexion",
    "iniciar sesión", "inicia sesión", "accedi", "entrar", "inloggen", "zaloguj", "logga in",
    "logg inn", "log ind", "войти", "войдите", "giriş", "تسجيل الدخول", "ログイン", "登录", "登入",
    "로그인",
)  # fmt: skip

PASSWORDS = (
    "forgot password", "forgot your password", "forgotten your password", "reset your password",
    "remember me", "keep me signed in", "passwort vergessen", "angemeldet bleiben",
    "mot de passe oublié", "rester connecté", "olvidado tu contraseña", "olvidado su contraseña",
    "olvidaste tu contraseña", "recordarme", "password dimenticata", "hai dimenticato la password",
    "esqueceu a senha", "esqueceu sua senha", "esqueceu se da palavra passe",
    "wachtwoord vergeten", "nie pamiętasz hasła", "zapomniałeś hasła", "glömt lösenord",
    "забыли пароль", "şifremi unuttum", "نسيت كلمة المرور", "パスワードをお忘れ", "忘记密码",
    "忘記密碼", "비밀번호 찾기",
)  # fmt: skip

# A consent wall both names cookies and asks for something.
CONSENT = (
    "accept all", "accept cookies", "manage preferences", "manage your preferences",
    "your consent", "we value your privacy", "our partners", "privacy policy", "alle akzeptieren",
    "akzeptieren und weiter", "ihre einwilligung", "ihrer einwilligung", "unsere partner",
    "datenschutzerklärung", "tout accepter", "nos partenaires", "votre consentement",
    "politique de confidentialité", "aceptar todo", "aceptar y continuar", "nuestros socios",
    "su consentimiento", "política de privacidad", "política de privacidade", "aceitar todos",
    "accetta tutti", "accetta e continua", "nostri partner", "alles accepteren", "onze partners",
    "zaakceptuj wszystko", "polityka prywatności", "принять все", "политика конфиденциальности",
    "すべて同意", "同意する", "プライバシーポリシー", "接受所有", "隐私政策", "개인정보",
)  # fmt: skip
