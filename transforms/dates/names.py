"""Names of the months of some seventy languages, as far as they mean one month everywhere.

Source: Unicode CLDR 46, Gregorian calendar, months format and stand-alone, wide and abbreviated,
with the variants of regional locales, through Babel 2.17; besides them spellings that the press
of the language prints: jan fev avr jul aou sep (fr), mrz feber (de), sett (it), marci (hu), the
genitives of Basque, and for Hindi, Bengali, Tamil, Telugu, Gujarati, Hebrew, Greek, Russian and
Indonesian what CLDR spells otherwise. All are folded by `transforms.dates.scripts.fold`; the
parts of a name of two words are joined by `_`.
"""

from __future__ import annotations

NAMES = (
    """
    ean eanair ene enero gen gener gennaio ian ianuarie ion ionawr jaan jaanuar jan janaayo
    janairu janar janeiro jannaayo jannar janner januar januara januari januarie january
    januwari janv janvaris janvier jen jenuwari led leden ledna oca ocak saus sausio sausis
    sij sijecanj sijecnja sty styczen stycznia tammi tammikuu tammikuuta urt urtarrila
    urtarrilaren xan xaneiro yan yanvar yanwar ιαν ιανουαριοσ ιανουαριου сту студзень студзеня
    січ січень січня янв январ январь января яну януари јан јануар јануари қаң қаңтар հնվ
    հունվար հունվարի ינו ינואר جانفي جنو جنوري كانون_الثاني يناير ژانويه जन जनवरी जाने
    जानेवारी জানু জানুযারী জানুৱাৰী ਜਨ ਜਨਵਰੀ જાન્યુ જાન્યુઆરી ଜାନୁଆରୀ ஜன ஜனவரி జన జనవరి ಜನ
    ಜನವರಿ ജനു ജനുവരി ජන ජනවාරි ม.ค มกราคม ມ.ກ ມັງກອນ ဇန် ဇန်နဝါရီ იან იანვარი ጃን ጃንዋሪ មករា
    """,
    """
    chw chwef chwefror fab faburairu feabh feabhra feb febbraio feber febr febraayo febreiro
    febrer febrero februar februara februari februarie februaris february februwari fev
    fevereiro fevr fevral fevrier few fewral fra frar helmi helmikuu helmikuuta lut lutego
    luty ots otsaila otsailaren peb pebrero shk shkurt sub subat uno unor unora vas vasario
    vasaris veebr veebruar velj veljaca veljace φεβ φεβρ φεβρουαριοσ φεβρουαριου ақп ақпан лют
    лютага лютии лютого люты феб фебруар фев февр феврал февраль февраля февруари փետրվար
    փետրվարի փտվ פבר פברואר شباط فبراير فبروري فروري فوريه فيبروري فيفري फर फरवरी फेब्रु
    फेब्रुअरी फेब्रुवारी ফেব ফেব্রুযারী ফেব্ৰু ফেব্ৰুৱাৰী ਫਰ ਫਰਵਰੀ ફેબ્રુ ફેબ્રુઆરી ଫେବୃଆରୀ
    பிப் பிப்ரவரி ఫిబ్ర ఫిబ్రవరి ಫೆಬ್ರ ಫೆಬ್ರವರಿ ഫെബ്രു ഫെബ്രുവരി පෙබ පෙබරවාරි ก.พ กุมภาพันธ์
    ກ.ພ ກຸມພາ ဖေ ဖေဖော်ဝါရီ თებ თებერვალი ፌብ ፌብሩዋሪ កុម្ភៈ
    """,
    """
    bre brezen brezna kov kovas kovo maa maachi maalis maaliskuu maaliskuuta maarso maart mac
    machi mae maerz mar marc marca march marci marcius marco marec maret maris mars marso mart
    marta martie marts martxoa martxoaren marz marzec marzo marzu mas mashi maw mawrth mrt mrz
    ozu ozujak ozujka μαρ μαρτιοσ μαρτιου бер березень березня мар март марта нау наурыз сак
    сакавік сакавіка մարտ մարտի մրտ מרס מרץ اذار مارس مارچ मार्च মার্চ মাৰ্চ ਮਾਰਚ માર્ચ
    ମାର୍ଚ୍ଚ மார் மார்ச் మార్చి ಮಾರ್ಚ್ മാർ മാർച്ച് මාර් මාර්තු มี.ค มีนาคม ມ.ນ ມີນາ မတ် მარ
    მარტი ማርች មីនា
    """,
    """
    abr abrell abriil abril afi afirilu aib aibrean api apirila apirilaren apr aprel april
    aprila aprile aprili aprilie aprilis aprill avr avril bal balandis balandzio dub duben
    dubna ebr ebrill eph ephreli epr epreel huhti huhtikuu huhtikuuta kwi kwiecien kwietnia
    nis nisan pri prill tra travanj travnja απρ απριλιοσ απριλιου апр апрел апрель апреля
    април квіт квітень квітня кра красавік красавіка сәу сәуір ապր ապրիլ ապրիլի אפר אפריל
    ابريل افريل اوريل اپريل نيسان अप्रिल अप्रैल एप्रि एप्रिल এপ্রি এপ্রিল এপ্ৰিল ਅਪ੍ਰੈ ਅਪ੍ਰੈਲ
    એપ્રિલ ଅପ୍ରେଲ ஏப் ஏப்ரல் ఏప్రి ఏప్రిల్ ಏಪ್ರಿ ಏಪ್ರಿಲ್ ഏപ്രി ഏപ്രിൽ අප්රේල් เม.ย เมษายน ມ.ສ
    ເມສາ ဧ ဧပြီ აპრ აპრილი ኤፕሪ ኤፕሪል មេសា
    """,
    """
    beal bealtaine geg geguze geguzes kve kveten kvetna maayo mag maggio mai maiatza
    maiatzaren maig maijs maio maj maja majus may mayis mayo mayu mee mei mej mejju mey meyi
    svi svibanj svibnja touko toukokuu toukokuuta μαι μαιοσ μαιου маи мам мамыр мая мај трав
    травень травня մայիս մայիսի մյս מאי ايار ماي مايو مه مي ميي मई मे মে ਮਈ મે ମଇ மே మే ಮೇ
    മേയ് මැයි พ.ค พฤษภาคม ພ.ພ ພຶດສະພາ မေ მაი მაისი ሜይ ឧសភា
    """,
    """
    birz birzelio birzelis cerven cervna cvn cze czerwca czerwiec eka ekaina ekainaren giu
    giugno gun gunju haz haziran hun hunyo iun iunie iyn iyun juin jun juna june junho juni
    junie junij junijs junio junius juny juu juun juuni kesa kesakuu kesakuuta lipanj lipnja
    meh mehefin meith meitheamh qer qershor xuno yun yuni ιουν ιουνιοσ ιουνιου июн июнь июня
    мау маусым черв червень червня чэр чэрвень чэрвеня юни јун јуни հնս հունիս հունիսի יוני
    جوان جون حزيران يونيو ژوين जुन जून জুন ਜੂਨ જૂન ଜୁନ ஜூன் జూన్ ಜೂನ್ ജൂൺ ජූනි มิ.ย มิถุนายน
    ມິ.ຖ ມິຖຸນາ ဇွန် ივნ ივნისი ጁን មិថុនា
    """,
    """
    cervence cervenec cvc gor gorff gorffennaf heina heinakuu heinakuuta hul hulyo iuil iul
    iulie iyl iyul juil juill juillet jul jula julai julayi julho juli julie julij julijs
    julio juliol julius july juuli korr korrik liep liepa liepos lipca lipiec lug luglio lul
    lulju luulyo srpanj srpnja tem temmuz uzt uztaila uztailaren xul xullo yul yuli ιουλ
    ιουλιοσ ιουλιου июл июль июля лип липень липня ліп ліпень ліпеня шіл шілде юли јул јули
    հլս հուլիս հուլիսի יולי تموز جول جولاءِ جولاي جولايي جويلية يوليو يوليوز ژوييه जुल जुलाई
    जुलै জুল জুলাই ਜੁਲਾ ਜੁਲਾਈ જુલાઈ ଜୁଲାଇ ஜூலை జులై ಜುಲೈ ജൂലൈ ජූලි ก.ค กรกฎาคม ກ.ລ ກໍລະກົດ ဇူ
    ဇူလိုင် ივლ ივლისი ጁላይ កក្កដា
    """,
    """
    abu abuztua abuztuaren ag aga agasti ago agost agosti agosto agt agu agust agusta agustos
    agustus aou aout aug august augusta augusti augusts augustus augusztus avg avgust avq
    avqust awg awgust awst aww awwissu elo elokuu elokuuta gush gusht kol kolovoz kolovoza lun
    lunasa ogo ogoost ogos ogosto ogs rugp rugpjucio rugpjutis sie sierpien sierpnia srpen
    srpna αυγ αυγουστοσ αυγουστου авг август августа жні жнівень жніуня серп серпень серпня
    там тамыз օգոստոս օգոստոսի օգս אוג אוגוסט اب اغسطس اغشت اوت اګست اگست اگسٽ غشت अग अगस्ट
    अगस्त ऑग ऑगस्ट অগাস্ট আগ আগষ্ট আগস্ট ਅਗ ਅਗਸਤ ઑગસ્ટ ଅଗଷ୍ଟ ஆக ஆகஸ்ட் ఆగ ఆగస్టు ಆಗ ಆಗಸ್ಟ್ ഓഗ
    ഓഗസ്റ്റ് අගෝ අගෝස්තු ส.ค สิงหาคม ສ.ຫ ສິງຫາ ဩ ဩဂုတ် აგვ აგვისტო ኦገስ ኦገስት សីហា
    """,
    """
    eyl eylul ira iraila irailaren mean_fomhair medi mfomh rugs rugsejis rugsejo ruj rujan
    rujna satumba seb sebteembar sebtembar sen sentabr sentyabr sep sept septemba
    septembar september septembra septembre septembrie septembris septhemba septiembre set
    setembre setembro setiembre sett settembre settembru setyembre sht shtator syys syyskuu
    syyskuuta szept szeptember wrz wrzesien wrzesnia zar zari σεπ σεπτ σεπτεμβριοσ σεπτεμβριου
    вер верасень верасня вересень вересня сен сент сентябр сентябрь сентября сеп септембар
    септември қыр қыркүиек սեպ սեպտեմբեր սեպտեմբերի ספט ספטמבר ايلول سبتمبر ستمبر سيپتمبر
    سيپٽمبر سپتامبر سپتمبر شتمبر شتنبر सप्टें सप्टेंबर सित सितंबर सितम्बर सेप्टेम्बर ছেপ্তে
    ছেপ্তেম্বৰ সেপ সেপ্টে সেপ্টেম্বর ਸਤੰ ਸਤੰਬਰ ઓગસ્ટ સપ્ટે સપ્ટેમ્બર ସେପ୍ଟେମ୍ବର செப்
    செப்டம்பர் ఆగస్ట్ సెప్టెం సెప్టెంబర్ ಸೆಪ್ಟೆಂ ಸೆಪ್ಟೆಂಬರ್ സെപ്റ്റം സെപ്റ്റംബർ සැප්
    සැප්තැම්බර් ก.ย กันยายน ກ.ຍ ກັນຍາ စက် စက်တင်ဘာ სექ სექტემბერი ሴፕቴ ሴፕቴምበር កញ្ញា
    """,
    """
    deireadh_fomhair dfomh eki ekim hyd hydref loka lokakuu lokakuuta oct october octobre
    octombrie octubre okt oktabr okthoba oktoba oktobar oktober oktobra oktobris oktoobar
    oktoober oktubre oktyabr ott ottobre ottubru out outubro paz pazdziernik pazdziernika rij
    rijen rijna spal spalio spalis tet tetor urr urria urriaren οκτ οκτωβριοσ οκτωβριου жовт
    жовтень жовтня кас кастрычнік кастрычніка окт октобар октомври октябр октябрь октября қаз
    қазан հոկ հոկտեմբեր հոկտեմբերի אוק אוקטובר اكتبر اكتوبر اڪٽوبر تشرين_الاول अक्टोबर अक्तू
    अक्तूबर ऑक्टो ऑक्टोबर অক্টো অক্টোবর অক্টোবৰ ਅਕਤੂ ਅਕਤੂਬਰ ઑક્ટો ઑક્ટોબર ଅକ୍ଟୋବର அக் அக்டோபர்
    అక్టో అక్టోబర్ ಅಕ್ಟೋ ಅಕ್ಟೋಬರ್ ഒക്ടോ ഒക്ടോബർ ඔක් ඔක්තෝබර් ต.ค ตุลาคม ຕ.ລ ຕຸລາ အောက်
    အောက်တိုဘာ ოქტ ოქტომბერი ኦክቶ ኦክቶበር តុលា
    """,
    """
    aza azaroa azaroaren kas kasim lapkr lapkricio lapkritis listopadu marras marraskuu
    marraskuuta nen nentor nob nobyembre nof noiembrie noofeembar nov novemba novembar
    november novembra novembre novembris novembro novembru noviembre noy noyabr nuw nuwamba
    samh samhain stu studeni studenoga tach tachwedd νοε νοεμβριοσ νοεμβριου лист листопад
    листопада ліс лістапад лістапада нов новембар ное ноември ноя нояб ноябр ноябрь ноября қар
    қараша նոյ նոյեմբեր նոյեմբերի נוב נובמבר تشرين_الثاني نوامبر نوفمبر نومبر نونبر नव नवंबर
    नवम्बर नोभेम्बर नोव्हें नोव्हेंबर নভে নভেম্বর নৱে নৱেম্বৰ ਨਵੰ ਨਵੰਬਰ નવે નવેમ્બર ନଭେମ୍ବର நவ
    நவம்பர் నవం నవంబర్ ನವೆಂ ನವೆಂಬರ್ നവം നവംബർ නොවැ නොවැම්බර් พ.ย พฤศจิกายน ພ.ຈ ພະຈິກ နို
    နိုဝင်ဘာ ნოე ნოემბერი ኖቬም ኖቬምበር វិច្ឆិកា
    """,
    """
    abe abendua abenduaren ara aralik dec decembar december decembra decembre decembrie
    decembris decembro dek dekabr des desemba desember desembre dets detsember dez dezember
    dezembro dhj dhjetor dic dicembre dicembru diciembre dis disamba diseembar disemba
    disember disyembre gru grudnia grudzien gruod gruodis gruodzio joulu joulukuu joulukuuta
    noll nollaig pro prosinac prosinca prosince prosinec rhag rhagfyr δεκ δεκεμβριοσ
    δεκεμβριου груд грудень грудня дек декабр декабрь декабря декември дец децембар жел
    желтоқсан сне снежань снежня դեկ դեկտեմբեր դեկտեմբերի דצמ דצמבר دجمبر دجنبر دسامبر دسم
    دسمبر ديسمبر كانون_الاول ڊسمبر डिसें डिसेंबर डिसेम्बर दिस दिसंबर दिसम्बर ডিচে ডিচেম্বৰ
    ডিসে ডিসেম্বর ਦਸੰ ਦਸੰਬਰ ડિસે ડિસેમ્બર ଡିସେମ୍ବର டிச டிசம்பர் డిసెం డిసెంబర్ ಡಿಸೆಂ ಡಿಸೆಂಬರ್
    ഡിസം ഡിസംബർ දෙසැ දෙසැම්බර් ธ.ค ธันวาคม ທ.ວ ທັນວາ ဒီ ဒီဇင်ဘာ დეკ დეკემბერი ዲሴም ዲሴምበር ធ្នូ
    """,
)
"""January first."""

DISPUTED = {
    "hr": {"lip": 6, "srp": 7, "lis": 10, "listopad": 10, "listopada": 10},
    "bs": {"lip": 6, "srp": 7, "lis": 10, "listopad": 10, "listopada": 10},
    "cs": {"srp": 8, "lis": 11, "listopad": 11, "listopada": 11},
    "sk": {"lis": 11, "listopad": 11, "listopada": 11},
    "pl": {"lip": 7, "lis": 11, "listopad": 11, "listopada": 11},
}
"""Names that mean different months, by language; without one of these they mean none."""

JALALI = (
    "فروردين حمل",
    "ارديبهشت ثور",
    "خرداد جوزا",
    "تير سرطان",
    "مرداد اسد",
    "شهريور سنبله",
    "مهر ميزان",
    "ابان عقرب",
    "اذر قوس",
    "دي جدي",
    "بهمن دلو",
    "اسفند حوت",
)
"""Months of the solar Hijri calendar, in Persian and Dari. Source: CLDR 46, calendar persian."""
